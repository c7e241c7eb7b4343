import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { newPhoneCredentials, publicKeysOf } from '../phone/credentials.js';
import { type Account, type DeviceAddress, lidFor } from '../protocol/addresses.js';
import { PhoneExists, PhoneNotFound, TooManyPhones } from '../sandbox.errors.js';
import { lastWords } from '../server/last-words.js';
import { Switchboard } from '../server/switchboard.js';
import { DevicesRepository } from '../store/devices.repository.js';
import { PhonesRepository } from '../store/phones.repository.js';

const MOST_PHONES = 10_000;

/** The simulated phones of a tenant. */
@Injectable()
export class PhonesService {
  constructor(
    private readonly database: Database,
    private readonly phones: PhonesRepository,
    private readonly devices: DevicesRepository,
    private readonly switchboard: Switchboard,
  ) {}

  /** Safe to repeat: the same number with the same name, or with none, is the phone that is there. @throws PhoneExists, TooManyPhones */
  create(tenantId: TenantId, number: string, name?: string): Promise<{ account: Account; created: boolean }> {
    return this.database.forTenant(tenantId, async (tx) => {
      const account = { number, lid: lidFor(tenantId, number), name: name ?? `Phone ${number.slice(-4)}` };
      const created = !(await this.phones.find(tx, number)) && (await this.insert(tx, account));
      const stored = (await this.phones.find(tx, number)) ?? account;
      if (name !== undefined && name !== stored.name) throw new PhoneExists();
      return { account: stored, created };
    });
  }

  /** Every device linked to the phone is told, and is refused from now on. @throws PhoneNotFound */
  async unlink(tenantId: TenantId, number: string): Promise<DeviceAddress[]> {
    const removed = await this.database.forTenant(tenantId, async (tx) => {
      if (!(await this.phones.find(tx, number))) throw new PhoneNotFound();
      return this.devices.removeLinked(tx, number);
    });
    for (const address of removed) this.switchboard.of(tenantId, address)?.end(lastWords.unlinked());
    return removed;
  }

  /** False when another request was faster. */
  private async insert(tx: TenantTx, account: Account): Promise<boolean> {
    if ((await this.phones.count(tx)) >= MOST_PHONES) throw new TooManyPhones();
    const credentials = newPhoneCredentials();
    const inserted = await this.phones.insert(tx, account, credentials);
    const device = { ...publicKeysOf(credentials), number: account.number, device: 0, noiseKey: null, historySent: true };
    if (inserted) await this.devices.insert(tx, device);
    return inserted;
  }
}
