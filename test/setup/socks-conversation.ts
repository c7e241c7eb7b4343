import { on } from 'node:events';
import type net from 'node:net';

const [VERSION, WITH_PASSWORD, NO_METHOD, LOGIN_VERSION] = [5, 2, 0xff, 1] as const;
const [IPV4, NAME] = [1, 3] as const;

/** The server's side of SOCKS 5 with a password (RFC 1928, RFC 1929), as far as a test needs it: CONNECT to an IPv4 address or a name. */
export class SocksConversation {
  private received = Buffer.alloc(0);
  private readonly arrivals: AsyncIterator<unknown>;

  constructor(private readonly client: net.Socket) {
    this.arrivals = on(client, 'data', { close: ['close'] })[Symbol.asyncIterator]();
  }

  /** False when the client was refused. */
  async login({ username, password }: { username: string; password: string }): Promise<boolean> {
    const [, count] = await this.take(2);
    if (!(await this.take(count!)).includes(WITH_PASSWORD)) {
      this.client.end(Buffer.of(VERSION, NO_METHOD));
      return false;
    }
    this.client.write(Buffer.of(VERSION, WITH_PASSWORD));
    await this.take(1);
    const said = [await this.text(), await this.text()];
    const known = said[0] === username && said[1] === password;
    if (known) this.client.write(Buffer.of(LOGIN_VERSION, 0));
    else this.client.end(Buffer.of(LOGIN_VERSION, 1));
    return known;
  }

  /** `host:port` of what is to be connected to. */
  async target(): Promise<string> {
    const [, , , kind] = await this.take(4);
    const host = kind === NAME ? await this.text() : [...(await this.take(4))].join('.');
    return `${host}:${(await this.take(2)).readUInt16BE()}`;
  }

  /** From here on the line is the client's. */
  accept(): void {
    void this.arrivals.return?.();
    this.client.write(Buffer.of(VERSION, 0, 0, IPV4, 0, 0, 0, 0, 0, 0));
  }

  private async text(): Promise<string> {
    return (await this.take((await this.take(1))[0]!)).toString();
  }

  private async take(bytes: number): Promise<Buffer> {
    while (this.received.length < bytes) {
      const { value, done } = (await this.arrivals.next()) as IteratorResult<[Buffer]>;
      if (done) throw new Error('The client has gone');
      this.received = Buffer.concat([this.received, value[0]]);
    }
    const taken = this.received.subarray(0, bytes);
    this.received = this.received.subarray(bytes);
    return taken;
  }
}
