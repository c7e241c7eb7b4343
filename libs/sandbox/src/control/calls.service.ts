import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { newStanzaId } from '../protocol/stanza.js';
import { PhoneNotFound, RecipientUnknown } from '../sandbox.errors.js';
import { Calls } from '../server/calls.js';
import { Directory } from '../store/directory.js';
import type { CallFromPhoneDto, PhoneCallDto } from './call.dto.js';

const USUAL_SECONDS = 5;

/** Calls from simulated phones to instances. */
@Injectable()
export class CallsService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly calls: Calls,
  ) {}

  /** Returns when it has ended. @throws PhoneNotFound, RecipientUnknown */
  async call(tenantId: TenantId, from: string, { to, video = false, seconds = USUAL_SECONDS }: CallFromPhoneDto): Promise<PhoneCallDto> {
    const { caller, devices } = await this.database.forTenant(tenantId, async (tx) => {
      const [phone, called] = [await this.directory.account(tx, from), await this.directory.account(tx, to)];
      if (!phone) throw new PhoneNotFound();
      if (!called) throw new RecipientUnknown();
      return { caller: phone, devices: await this.directory.devicesOf(tx, [called]) };
    });
    const id = newStanzaId('CALL');
    return { id, to, outcome: await this.calls.ring(tenantId, { id, caller, video }, devices, seconds) };
  }
}
