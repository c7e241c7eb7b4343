import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { Connection } from '../server/connection.js';
import { type FaultKind, termsOf } from '../server/fault-kinds.js';
import { WORDS_TO_LINES } from '../server/fault-words.js';
import { type StandingFault, StandingFaults } from '../server/standing-faults.js';
import { WhatsAppServer } from '../server/whatsapp-server.js';
import { checkFault, type Fault } from './check-fault.js';

export interface FaultEffect {
  kind: FaultKind;
  /** how many open lines it meets */
  connections: number;
  /** null for one that does not last */
  seconds: number | null;
}

const CUT: FaultKind[] = ['drop', 'storm'];
const SILENT: FaultKind[] = ['blackhole', 'login_blackhole', 'upgrade_blackhole'];

/** Lets things go wrong between test instances and the simulated WhatsApp. */
@Injectable()
export class FaultsService {
  constructor(
    private readonly server: WhatsAppServer,
    private readonly standing: StandingFaults,
  ) {}

  /** Safe to repeat: a fault that lasts starts anew. @throws BadFault, TooManyFaults */
  inflict(tenantId: TenantId, fault: Fault): FaultEffect {
    const { kind, phoneNumber: number = null } = fault;
    const { seconds, percent, ...fields } = checkFault(fault);
    if (seconds !== null) this.standing.begin(tenantId, { kind, number, ...fields }, seconds);
    const lines = this.server.connectionsOf(tenantId).filter((connection) => meets(connection, fault));
    const met = percent === null ? lines : shareOf(lines, percent);
    for (const connection of met) strike(connection, kind, seconds ?? 0);
    return { kind, connections: met.length, seconds };
  }

  list(tenantId: TenantId): StandingFault[] {
    return this.standing.list(tenantId);
  }

  /** Before their time. Lines that are silent because of one are cut, as at its end. Returns how many ended. */
  end(tenantId: TenantId, kind?: FaultKind, phoneNumber?: string): number {
    const ended = this.standing.end(tenantId, kind, phoneNumber);
    for (const connection of this.server.connectionsOf(tenantId)) if (connection.isSilent && !this.isHeldSilent(connection)) connection.terminate();
    return ended;
  }

  private isHeldSilent({ tenantId, number }: Connection): boolean {
    return SILENT.some((kind) => this.standing.find(tenantId, kind, number));
  }
}

/** What happens to a line that is open when the fault begins; nothing, if it is one that the line will find out by itself. */
function strike(connection: Connection, kind: FaultKind, seconds: number): void {
  const word = WORDS_TO_LINES[kind];
  if (CUT.includes(kind)) connection.terminate();
  else if (kind === 'blackhole') connection.silence(seconds);
  else if (word) connection.end(word(seconds));
}

/** Who has not logged in is met only by what happens to the line itself. */
function meets({ session, isOpen, number }: Connection, { kind, phoneNumber }: Fault): boolean {
  if (!isOpen || termsOf(kind).meets === 'comers') return false;
  if (!session) return phoneNumber === undefined && ['drop', 'blackhole', 'latency'].includes(kind);
  return phoneNumber === undefined || number === phoneNumber;
}

/** So many per cent, rounded down, evenly spread: the same lines each time. */
function shareOf(lines: Connection[], percent: number): Connection[] {
  const before = (place: number) => Math.floor((place * percent) / 100);
  return lines.filter((_line, place) => before(place + 1) > before(place));
}
