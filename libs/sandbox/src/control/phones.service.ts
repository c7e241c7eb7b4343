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
/** A phone costs a millisecond to make: in between others have their turn. */
const BATCH = 100;

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
      const account = accountFor(tenantId, number, name);
      const created = (await this.insert(tx, [account])).length > 0;
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

  /** Many at once, each as `create` without a name makes it. @throws TooManyPhones */
  async createAll(tenantId: TenantId, numbers: string[]): Promise<void> {
    for (let start = 0; start < numbers.length; start += BATCH) {
      const accounts = numbers.slice(start, start + BATCH).map((number) => accountFor(tenantId, number));
      await this.database.forTenant(tenantId, (tx) => this.insert(tx, accounts));
    }
  }

  /** Returns those that were made: some may be there already, and another request may be faster. @throws TooManyPhones */
  private async insert(tx: TenantTx, accounts: Account[]): Promise<string[]> {
    const known = new Set((await this.phones.named(tx, accounts.map(({ number }) => number))).map(({ number }) => number));
    const phones = accounts.filter(({ number }) => !known.has(number)).map((account) => ({ account, credentials: newPhoneCredentials() }));
    if (phones.length === 0) return [];
    const inserted = new Set(await this.phones.insertAll(tx, phones));
    if (inserted.size > 0 && (await this.phones.count(tx)) > MOST_PHONES) throw new TooManyPhones();
    const made = phones.filter(({ account }) => inserted.has(account.number));
    await this.devices.insertAll(
      tx,
      made.map(({ account: { number }, credentials }) => ({ ...publicKeysOf(credentials), number, device: 0, noiseKey: null, historySent: true })),
    );
    return [...inserted];
  }
}

function accountFor(tenantId: TenantId, number: string, name = `Phone ${number.slice(-4)}`): Account {
  return { number, lid: lidFor(tenantId, number), name };
}
