import { Injectable, Logger } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { PairingByQr } from '../server/pairing-by-qr.js';
import { LoadsRepository } from '../store/loads.repository.js';
import { AtMost } from './at-most.js';

const AT_A_TIME = 8;
/** Codes that wait for a phone; more are not looked at, and shown again as new ones in a while. */
const MOST_WAITING = 5_000;

/** Scans the QR codes that clients show, each with the next phone of the tenant's load that has no device yet. */
@Injectable()
export class AutoScan {
  private readonly log = new Logger(AutoScan.name);
  private readonly scans = new AtMost(AT_A_TIME);
  /** phones that are at it */
  private readonly taken = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly loads: LoadsRepository,
    private readonly byQr: PairingByQr,
  ) {}

  /** `phoneNumber`: the only phone that may; null: whichever is next. Never throws: what could not be scanned is replaced by a new code. */
  async see(tenantId: TenantId, qr: string, phoneNumber: string | null): Promise<void> {
    if (this.scans.queued >= MOST_WAITING) return;
    await this.scans
      .run(() => this.scan(tenantId, qr, phoneNumber))
      .catch((error: unknown) => this.log.debug(`a code was not scanned: ${error instanceof Error ? error.name : 'unknown error'}`));
  }

  private async scan(tenantId: TenantId, qr: string, phoneNumber: string | null): Promise<void> {
    const number = await this.choose(tenantId, phoneNumber);
    if (number === null) return;
    const key = `${tenantId}/${number}`;
    this.taken.add(key);
    try {
      await this.byQr.scan(tenantId, number, qr);
    } finally {
      this.taken.delete(key);
    }
  }

  /** Null when the tenant does not want it, or every phone is linked. */
  private async choose(tenantId: TenantId, phoneNumber: string | null): Promise<string | null> {
    for (;;) {
      const taken = [...this.taken].filter((key) => key.startsWith(`${tenantId}/`)).map((key) => key.slice(tenantId.length + 1));
      const number = await this.database.forTenant(tenantId, async (tx) => {
        const load = await this.loads.find(tx);
        return load?.autoScan ? (phoneNumber ?? this.loads.nextFree(tx, load, taken)) : null;
      });
      // another scan may have chosen it meanwhile
      if (number === null || !this.taken.has(`${tenantId}/${number}`)) return number;
      if (phoneNumber !== null) return null;
    }
  }
}
