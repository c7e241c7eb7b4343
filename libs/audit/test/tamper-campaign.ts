import { MemoryLog } from './memory-log.js';
import { type Dice, TAMPERINGS } from './tamper.js';
import { verdictOn } from './verdict.js';

export interface TamperTally {
  tampered: number;
  /** clean ones that were said to be none */
  falseAlarms: string[];
  /** tamperings that were not found, or not where they are */
  missed: string[];
}

const LARGEST = 150;
const A_LOG_SERVES = 25;

/** So many exports, whole and filtered, each tampered with in one way; every log's clean exports are judged, too. */
export async function tamperWith(times: number, dice: Dice): Promise<TamperTally> {
  const tally: TamperTally = { tampered: 0, falseAlarms: [], missed: [] };
  const ways = Object.entries(TAMPERINGS);
  for (let n = 0; n < times; n += A_LOG_SERVES) {
    const log = new MemoryLog(1 + dice(LARGEST), 1 + dice(40));
    const exports = [await log.export(), await log.export(someOf(log, dice)), await log.export((position) => position === 1 + dice(1))];
    for (const text of exports) {
      const said = await verdictOn(text, log);
      if (said !== 'verifies') tally.falseAlarms.push(said);
    }
    for (let m = n; m < Math.min(n + A_LOG_SERVES, times); m++) {
      const [name, tamper] = ways[m % ways.length]!;
      const clean = exports[dice(exports.length)]!;
      const { what, text, says } = tamper(clean, dice, log);
      const said = await verdictOn(text, log);
      tally.tampered++;
      if (said === 'verifies' || !says.test(said)) tally.missed.push(`${name} (${what}): ${said}`);
    }
  }
  return tally;
}

function someOf({ entries }: MemoryLog, dice: Dice): (position: number) => boolean {
  const shown = new Set(entries.filter(() => dice(3) === 0).map(({ position }) => position));
  return (position) => shown.has(position) || position === entries.length;
}
