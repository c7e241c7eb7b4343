import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Fleet, FleetInstance } from './fleet.js';
import type { Host } from './host.js';

/** What a client knows of a text: `unknown` when the answer was lost, or says that nobody knows. */
export type Fate = 'acknowledged' | 'refused' | 'unknown';

export interface OutgoingText {
  text: string;
  instance: FleetInstance;
  to: string;
  fate: Fate;
  /** of the message, when it was acknowledged */
  messageId: string | null;
  /** what came back, of each attempt */
  answers: string[];
}

/** Leaves no idle connection behind, which would be counted as the product's. */
const CONNECTIONS = { connections: 64, keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000, headersTimeout: 60_000 };

interface Answered {
  status: number;
  body: { id?: string; status?: string; code?: string; ownerNode?: string };
}

const AGAIN_MS = 400;
const ATTEMPTS = 8;
/** The word that no output may show. */
export const SECRET_WORD = 'quince';

/** A client that sends texts at a rate, each to the process that holds the session, and again when it is told that the text was not sent. */
export class OutgoingTexts {
  readonly texts: OutgoingText[] = [];
  private readonly holderOf = new Map<string, Host>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly agent = new Agent(CONNECTIONS);
  private stopped = false;
  private over: Promise<void> = Promise.resolve();

  constructor(private readonly fleet: Fleet) {}

  start(perSecond: number): void {
    this.over = this.drive(perSecond);
  }

  /** Returns when every text has its answer. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.over;
    await Promise.all(this.underWay);
    await this.agent.close();
  }

  countOf(fate: Fate): number {
    return this.texts.filter((text) => text.fate === fate).length;
  }

  private async drive(perSecond: number): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const { instances, friends } = this.fleet;
      const text: OutgoingText = {
        ...{ text: `${SECRET_WORD}-out-${n}`, instance: instances[n % instances.length]!, to: friends[n % friends.length]! },
        ...{ fate: 'refused', messageId: null, answers: [] },
      };
      this.texts.push(text);
      const sending = this.send(text).finally(() => this.underWay.delete(sending));
      this.underWay.add(sending);
      await sleep(1_000 / perSecond);
    }
  }

  /** A text that was not sent is sent again, and one whose answer was lost is asked for by its key. */
  private async send(text: OutgoingText): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const holder = this.holderOf.get(text.instance.id) ?? this.fleet.first;
      const answer = await this.post(holder, text);
      text.answers.push(answer ? `${answer.status} ${answer.body.code ?? answer.body.status ?? ''}` : 'lost');
      text.fate = fateOf(answer, text.fate);
      text.messageId = answer?.body.id ?? null;
      if (!isWorthAnother(answer) || this.stopped) return;
      await this.learn(text.instance, holder, answer);
      await sleep(AGAIN_MS);
    }
  }

  private async post({ process }: Host, { instance, to, text }: OutgoingText): Promise<Answered | null> {
    const headers = { authorization: `Bearer ${this.fleet.cluster.key}`, 'content-type': 'application/json', 'idempotency-key': text };
    const body = JSON.stringify({ to, type: 'text', text });
    try {
      const answer = await request(`${process.url}/v1/instances/${instance.id}/messages`, { method: 'POST', headers, body, dispatcher: this.agent });
      return { status: answer.statusCode, body: (await answer.body.json()) as Answered['body'] };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      // nobody listened, so nobody has it
      return code === 'ECONNREFUSED' ? { status: 0, body: { code } } : null;
    }
  }

  private async learn(instance: FleetInstance, asked: Host, answer: Answered | null): Promise<void> {
    const owner = answer?.body.ownerNode ?? (await this.fleet.ownerOf(instance).catch(() => null));
    const holder = owner && (await this.fleet.holderOf(owner).catch(() => undefined));
    this.holderOf.set(instance.id, holder || this.fleet.holders.find((other) => other !== asked)!);
  }
}

/** A refusal says that nothing was sent. What once became unknown stays so, unless it is acknowledged. */
function fateOf(answer: Answered | null, before: Fate): Fate {
  if (answer?.status === 201 && answer.body.status === 'sent') return 'acknowledged';
  return isRefusal(answer) && before !== 'unknown' ? 'refused' : 'unknown';
}

const isRefusal = (answer: Answered | null): boolean => {
  const { status, body: { code = '' } } = answer ?? { status: -1, body: {} };
  return [0, 404, 429, 503].includes(status) || code === 'message-refused' || (status === 409 && !code.startsWith('idempotency-'));
};

/** With the same key it is safe whenever the API says so. */
const isWorthAnother = (answer: Answered | null): boolean =>
  answer === null || (isRefusal(answer) && answer.body.code !== 'message-refused');
