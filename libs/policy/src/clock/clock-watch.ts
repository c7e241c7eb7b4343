import { Injectable, Logger } from '@nestjs/common';
import { ClockMarkRepository } from './clock-mark.repository.js';
import { canBe, type ClockSample, judgeClock, jumpBetween, TOLERATED_MS, UNWATCHED_MS } from './judge-clock.js';

/** Many small steps must not add up unseen, and two good clocks part slowly. */
const ANCHOR_MS = 10 * 60_000;

/**
 * Compares the database's clock with a monotonic one. What it cannot see: a clock that was set while no process ran, by less than ten minutes; and what
 * was recorded while a clock was wrong.
 */
@Injectable()
export class ClockWatch {
  private anchor: ClockSample | null = null;
  private latest: ClockSample | null = null;
  private beating: Promise<void> | null = null;
  private behind = false;
  private readonly log = new Logger('clock');

  constructor(private readonly marks: ClockMarkRepository) {}

  /** Judges the clock, and only then raises the mark. */
  beat(): Promise<void> {
    return (this.beating ??= this.look().finally(() => (this.beating = null)));
  }

  /** Whether a removal may rest on this instant, which its own transaction read: a jump that nobody has seen yet makes nothing due. */
  async trusts(at: Date): Promise<boolean> {
    if (!this.latest) await this.beat();
    return canBe(at.getTime(), this.latest!, performance.now());
  }

  private async look(): Promise<void> {
    const sample = await this.marks.look();
    const verdict = judgeClock(this.anchor, sample);
    if (verdict === 'jumped') await this.quarantine(jumpBetween(this.anchor!, sample));
    if (verdict === 'unwatched') await this.awaitAttempts(sample.now - sample.mark!);
    this.complain(sample);
    await this.marks.noteAttempts();
    await this.marks.raise();
    if (!this.anchor || verdict === 'jumped' || sample.asked - this.anchor.asked > ANCHOR_MS) this.anchor = sample;
    this.latest = sample;
  }

  private async quarantine(jump: number): Promise<void> {
    const reason = `the clock of the database jumped by ${Math.round(jump / 1000)} s`;
    await this.marks.quarantine(reason);
    this.log.error(`${reason}: nothing is archived by rule or removed for 24 hours, or until the operator acknowledges it`);
  }

  private async awaitAttempts(unwatched: number): Promise<void> {
    const reason = `nobody watched the clock for ${Math.round(unwatched / 60_000)} minutes`;
    if (!(await this.marks.awaitAttempts(UNWATCHED_MS, reason))) return;
    this.log.warn(`${reason}: nothing is archived by rule or removed for an hour, and until every instance that should run has tried to connect`);
  }

  /** Once each time. */
  private complain({ now, mark }: ClockSample): void {
    const behind = mark !== null && now < mark - TOLERATED_MS;
    if (behind && !this.behind) this.log.error(`the clock has gone back by ${mark - now} ms: nothing is scheduled or removed until it is where it was`);
    this.behind = behind;
  }
}
