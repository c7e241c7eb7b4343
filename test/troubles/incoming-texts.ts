import type { Fleet } from './fleet.js';
import { SECRET_WORD } from './outgoing-texts.js';

const LONGEST_SECONDS = 3_600;

/** Texts that the phones write to the instances at a rate. A sandbox that starts anew has forgotten that it should: it is told again. */
export class IncomingTexts {
  private runs = 0;
  private perSecond = 0;

  constructor(private readonly fleet: Fleet) {}

  async start(perSecond: number): Promise<void> {
    this.perSecond = perSecond;
    await this.goOn();
  }

  async goOn(): Promise<void> {
    const label = `${SECRET_WORD}-in-${++this.runs}`;
    const { status } = await this.fleet.phones.post('/v1/sandbox/load/traffic', { label, perSecond: this.perSecond, seconds: LONGEST_SECONDS });
    if (status !== 202) throw new Error(`The phones do not write: ${status}`);
  }

  async stop(): Promise<void> {
    await this.fleet.phones.delete('/v1/sandbox/load/traffic');
  }
}
