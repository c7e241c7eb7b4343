import net from 'node:net';

export interface RawAnswer {
  /** 0: the server hung up without a word */
  status: number;
  head: string;
  body: string;
}

const PATIENCE_MS = 8_000;

/** Speaks to the socket itself. With `hangUp` it sends its FIN right behind the text. Gives what came back until the server hung up. */
export function say(url: string, text: string | Buffer, hangUp = false): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { port, hostname } = new URL(url);
    const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => (hangUp ? socket.end(text) : socket.write(text)));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())));
    socket.on('error', reject);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer to ${JSON.stringify(text.toString().slice(0, 100))}`)));
  });
}

function parse(heard: string): RawAnswer {
  const [head = '', body = ''] = heard.replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, '').split('\r\n\r\n');
  return { status: Number(/^HTTP\/1.1 (\d{3}) /.exec(head)?.[1] ?? 0), head, body };
}
