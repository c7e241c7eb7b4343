import { SERVER, stanza, type Stanza } from '../protocol/stanza.js';
import type { QueuedStanza } from '../store/stanza-queue.repository.js';

/** What a feed reads from and writes to. */
export interface FeedEnds {
  /** the next stanzas after a position, oldest first, at most `limit` */
  read(after: bigint, limit: number): Promise<QueuedStanza[]>;
  /** what is sent of stanzas that are on their way together, and in which order */
  arrange(stanzas: Stanza[]): Stanza[];
  send(stanza: Stanza): void;
  failed(error: unknown): void;
}

const PAGE = 100;

/** Brings a device's queue to its connection: first what had waited, then what comes. A stanza stays queued until it is answered. */
export class DeviceFeed {
  private position = 0n;
  private live = false;
  private running = false;
  private rung = false;

  constructor(private readonly ends: FeedEnds) {}

  /** Delivers what had waited, marked as such, and says that this was all of it. A second call does nothing. */
  async start(): Promise<void> {
    if (this.running || this.live) return;
    this.running = true;
    const waiting = await this.readAll();
    if (waiting.length > 0) this.ends.send(preview(waiting));
    for (const node of this.ends.arrange(waiting)) this.ends.send({ ...node, attrs: { ...node.attrs, offline: '1' } });
    this.ends.send(stanza('ib', { from: SERVER }, [stanza('offline', { count: waiting.length })]));
    this.running = false;
    this.live = true;
    this.wake();
  }

  /** Delivers what is new; while it already does, once more. Nothing before `start`. */
  wake(): void {
    this.rung = true;
    if (this.live && !this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.rung) {
        this.rung = false;
        for (const node of this.ends.arrange(await this.readAll())) this.ends.send(node);
      }
    } catch (error) {
      this.ends.failed(error);
    } finally {
      this.running = false;
    }
  }

  private async readAll(): Promise<Stanza[]> {
    const stanzas: Stanza[] = [];
    for (;;) {
      const page = await this.ends.read(this.position, PAGE);
      stanzas.push(...page.map(({ stanza: node }) => node));
      this.position = page.at(-1)?.position ?? this.position;
      if (page.length < PAGE) return stanzas;
    }
  }
}

function preview(waiting: Stanza[]): Stanza {
  const count = (tag: string) => waiting.filter((node) => node.tag === tag).length;
  const counts = { count: waiting.length, message: count('message'), receipt: count('receipt'), notification: count('notification'), appdata: 0 };
  return stanza('ib', { from: SERVER }, [stanza('offline_preview', counts)]);
}
