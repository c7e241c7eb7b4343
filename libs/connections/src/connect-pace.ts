/** How much more a first login costs: it makes and sends 812 pre-keys. */
export const FIRST_LOGIN = 4;

/** One rate for all that a node connects, whatever asks for it: 500 instances after a deploy do not open at once. */
export class ConnectPace {
  private freeAt = -Infinity;
  private readonly everyMs: number;

  constructor(
    perSecond: number,
    private readonly now = () => performance.now(),
    private readonly random = Math.random,
  ) {
    this.everyMs = 1000 / perSecond;
  }

  /** How many turns there are within the coming time. */
  turnsWithin(ms: number): number {
    const now = this.now();
    return Math.max(0, Math.ceil((now + ms - Math.max(now, this.freeAt)) / this.everyMs));
  }

  /** Takes the next turn, and tells in how many ms it is: somewhere within its slot, so that nodes that began together do not go in step. */
  take(cost = 1): number {
    const now = this.now();
    const slot = Math.max(now, this.freeAt);
    this.freeAt = slot + cost * this.everyMs;
    return slot - now + this.random() * this.everyMs;
  }
}
