import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { BadFault } from '../sandbox.errors.js';
import type { Connection } from '../server/connection.js';
import { lastWords } from '../server/last-words.js';
import { STANDING_FAULTS, type StandingFault, StandingFaults } from '../server/standing-faults.js';
import { WhatsAppServer } from '../server/whatsapp-server.js';

/** Faults that meet who is connected, and nobody who comes after. */
export const MOMENTARY_FAULTS = ['drop', 'replaced', 'stream_503', 'restart_515', 'bad_session'] as const;
export const FAULT_KINDS = [...MOMENTARY_FAULTS, ...STANDING_FAULTS] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** absent: every phone of the tenant */
  phoneNumber?: string;
  /** how long it lasts, for kinds that last */
  seconds?: number;
}

export interface FaultEffect {
  kind: FaultKind;
  /** how many connections it met at once */
  connections: number;
  /** null for a kind that does not last */
  seconds: number | null;
}

const DEFAULT_SECONDS = 60;

/** Lets things go wrong between test instances and the simulated WhatsApp. */
@Injectable()
export class FaultsService {
  constructor(
    private readonly server: WhatsAppServer,
    private readonly standing: StandingFaults,
  ) {}

  /** Safe to repeat: a fault that lasts starts anew. @throws BadFault */
  inflict(tenantId: TenantId, fault: Fault): FaultEffect {
    const seconds = secondsOf(fault);
    if (isStanding(fault.kind) && seconds !== null) this.standing.begin(tenantId, fault.kind, fault.phoneNumber ?? null, seconds);
    const met = this.server.connectionsOf(tenantId).filter((connection) => meets(connection, fault));
    for (const connection of met) this.meet(connection, fault.kind, seconds ?? 0);
    return { kind: fault.kind, connections: met.length, seconds };
  }

  private meet(connection: Connection, kind: FaultKind, seconds: number): void {
    if (kind === 'drop') connection.terminate();
    else if (kind === 'blackhole') connection.silence(seconds);
    else connection.end(LAST_WORD[kind as keyof typeof LAST_WORD](seconds));
  }
}

const LAST_WORD = {
  replaced: lastWords.replaced,
  stream_503: lastWords.unavailable,
  restart_515: lastWords.restart,
  bad_session: lastWords.badSession,
  banned: lastWords.banned,
  temporary_ban: lastWords.bannedFor,
  stale_version: lastWords.staleVersion,
};

/** Whether a fault meets an open connection: faults of the upgrade and of the login do not. */
function meets({ session }: Connection, { kind, phoneNumber }: Fault): boolean {
  if (kind === 'upgrade_503' || kind === 'login_503') return false;
  if (!session) return phoneNumber === undefined && (kind === 'drop' || kind === 'blackhole');
  return phoneNumber === undefined || session.address.number === phoneNumber;
}

function isStanding(kind: FaultKind): kind is StandingFault {
  return (STANDING_FAULTS as readonly string[]).includes(kind);
}

function secondsOf({ kind, phoneNumber, seconds }: Fault): number | null {
  if (kind === 'upgrade_503' && phoneNumber !== undefined) {
    throw new BadFault('/phoneNumber', 'comes before anybody has said who they are, so it cannot be aimed at one phone');
  }
  // a ban without an end meets who is connected; the next login is let in, so that a test need not wait for ever
  if (kind === 'banned') return seconds ?? null;
  if (isStanding(kind)) return seconds ?? DEFAULT_SECONDS;
  if (seconds !== undefined) throw new BadFault('/seconds', 'happens once and does not last');
  return null;
}
