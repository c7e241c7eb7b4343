import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { Caller, InstanceId } from '#libs/contracts';
import { Draining, JOURNAL_APPENDED, type JournalAppended, Waker } from '#libs/platform';
import { TooManyStreams } from './connections.errors.js';
import { ConnectionsService } from './connections.service.js';

const MOST = 200;
/** A QR code is seen so soon, and what another process did. */
const LOOK_MS = 1_000;
const ALIVE_MS = 15_000;
/** Then the client asks again, and its key is looked at again. */
const LONGEST_MS = 15 * 60_000;

/** The connection as it changes, for those who watch it: every QR code, and what came of it. Holds nothing that matters: a watcher reads rows. */
@Injectable()
export class ConnectionStreams {
  private readonly watchers = new Map<Waker, InstanceId>();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly draining: Draining,
  ) {}

  /** Server-sent events: what it is now, and each time that it is something else. @throws InstanceNotFound, SessionElsewhere, TooManyStreams */
  async open(caller: Caller, instanceId: InstanceId): Promise<Readable> {
    if (this.watchers.size >= MOST) throw new TooManyStreams();
    await this.connections.read(caller, instanceId);
    return Readable.from(this.follow(caller, instanceId));
  }

  @OnEvent(JOURNAL_APPENDED)
  onJournalled({ instanceId }: JournalAppended): void {
    for (const [waker, of] of this.watchers) if (of === instanceId) waker.wake();
  }

  /** Ended by whoever reads it, by a stop of the process, or by its time. */
  private async *follow(caller: Caller, instanceId: InstanceId): AsyncGenerator<string> {
    const waker = new Waker();
    const wake = () => waker.wake();
    const over = AbortSignal.any([this.draining.signal, AbortSignal.timeout(LONGEST_MS)]);
    this.watchers.set(waker, instanceId);
    over.addEventListener('abort', wake);
    try {
      yield* this.changes(caller, instanceId, waker, over);
    } finally {
      over.removeEventListener('abort', wake);
      this.watchers.delete(waker);
    }
  }

  private async *changes(caller: Caller, instanceId: InstanceId, waker: Waker, over: AbortSignal): AsyncGenerator<string> {
    let told = '';
    let toldAt = 0;
    while (!over.aborted) {
      const now = JSON.stringify(await this.connections.read(caller, instanceId));
      if (now !== told || performance.now() - toldAt > ALIVE_MS) {
        toldAt = performance.now();
        yield now === told ? eventOf('alive', '{}') : eventOf('connection', now);
        told = now;
      }
      await waker.sleep(LOOK_MS);
    }
  }
}

const eventOf = (type: string, data: string): string => `event: ${type}\ndata: ${data}\n\n`;
