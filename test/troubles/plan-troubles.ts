import { Dice } from './dice.js';

/** What becomes of processes and of the database. `host`: whom it meets, where it is one. */
export const PLATFORM_KINDS = [
  'killed',
  'ended',
  'frozen_briefly',
  'frozen_beyond_its_lease',
  'database_cut',
  'database_blocked',
  'database_restarted',
  'sandbox_killed',
  'sandbox_ended',
] as const;
type PlatformKind = (typeof PLATFORM_KINDS)[number];

export interface PlatformTrouble {
  kind: PlatformKind;
  host: 'first' | 'second' | 'all';
  /** how long it lasts, or how long the process is away */
  ms: number;
  /** how long everything is left in peace afterwards */
  peaceMs: number;
}

/** What WhatsApp, or the way to it, does. Nothing of it says anything about an account, so nobody may be given up for it. */
const WHATSAPP_KINDS = [
  'drop',
  'storm',
  'stream_end',
  'stream_503',
  'restart_515',
  'bad_session',
  'blackhole',
  'latency',
  'login_503',
  'login_515',
  'login_blackhole',
  'upgrade_503',
  'upgrade_429',
  'upgrade_blackhole',
  'message_refused',
  'ack_withheld',
  'delivery_lost',
  'delivery_doubled',
  'delivery_reversed',
] as const;
type WhatsAppKind = (typeof WHATSAPP_KINDS)[number];

export interface WhatsAppTrouble {
  fault: { kind: WhatsAppKind; seconds?: number; milliseconds?: number; percent?: number };
  /** the place of the instance whose phone it meets; null: every phone */
  aimedAt: number | null;
  peaceMs: number;
}

interface TroublePlan {
  platform: PlatformTrouble[];
  whatsapp: WhatsAppTrouble[];
}

const ONCE: readonly WhatsAppKind[] = ['drop', 'storm', 'stream_end', 'stream_503', 'restart_515', 'bad_session'];
const CANNOT_BE_AIMED: readonly WhatsAppKind[] = ['upgrade_503', 'upgrade_429', 'upgrade_blackhole', 'storm'];
/** More than any campaign comes to. */
const CYCLES = 200;

/** Every kind once in an order by chance, then again in another: whatever its length, a campaign has met what it had the time for. */
export function planTroubles(seed: number, instances: number): TroublePlan {
  const dice = new Dice(seed);
  const cycles = <T>(kinds: readonly T[]): T[] => Array.from({ length: CYCLES }, () => dice.shuffled(kinds)).flat();
  return {
    platform: cycles(PLATFORM_KINDS).map((kind) => platformTrouble(kind, dice)),
    whatsapp: cycles(WHATSAPP_KINDS).map((kind) => whatsAppTrouble(kind, instances, dice)),
  };
}

/** The first process is never ended: what it holds afterwards is compared with what it held before. */
function platformTrouble(kind: PlatformKind, dice: Dice): PlatformTrouble {
  const peaceMs = dice.between(500, 3_000);
  switch (kind) {
    case 'killed':
    case 'ended':
      return { kind, host: 'second', ms: dice.between(0, 3_000), peaceMs };
    case 'frozen_briefly':
      return { kind, host: dice.one(['first', 'second']), ms: dice.between(500, 3_000), peaceMs };
    case 'frozen_beyond_its_lease':
      return { kind, host: dice.one(['first', 'second']), ms: dice.between(11_000, 14_000), peaceMs };
    case 'database_blocked':
      return { kind, host: dice.one(['first', 'second', 'all']), ms: dice.between(1_000, 9_000), peaceMs };
    case 'database_cut':
      return { kind, host: dice.one(['first', 'second', 'all']), ms: 0, peaceMs };
    default:
      return { kind, host: 'all', ms: dice.between(0, 1_500), peaceMs };
  }
}

function whatsAppTrouble(kind: WhatsAppKind, instances: number, dice: Dice): WhatsAppTrouble {
  const aimed = dice.next() < (ONCE.includes(kind) ? 0.85 : 0.6);
  const aimedAt = aimed && !CANNOT_BE_AIMED.includes(kind) ? dice.between(0, instances - 1) : null;
  const seconds = ONCE.includes(kind) ? {} : { seconds: dice.between(1, 4) };
  const milliseconds = kind === 'latency' ? { milliseconds: dice.between(20, 600) } : {};
  const percent = kind === 'storm' ? { percent: dice.between(10, 60) } : {};
  return { fault: { kind, ...seconds, ...milliseconds, ...percent }, aimedAt, peaceMs: dice.between(300, 2_200) };
}
