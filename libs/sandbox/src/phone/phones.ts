import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { PhoneNotFound } from '../sandbox.errors.js';
import { PhoneKeysRepository } from '../store/phone-keys.repository.js';
import { PhonesRepository } from '../store/phones.repository.js';
import { ActivePhone } from './active-phone.js';
import { KeyBundles } from './key-bundles.js';
import { PhoneKeys } from './phone-keys.js';
import { PhoneLine } from './phone-line.js';

/** Another process changed the phone's sessions meanwhile: what was encrypted or decrypted is void. */
class PhoneInUse extends Error {}

const ATTEMPTS = 5;

/** Takes phones into use, one user at a time. */
@Injectable()
export class Phones {
  constructor(
    private readonly database: Database,
    private readonly line: PhoneLine,
    private readonly phones: PhonesRepository,
    private readonly keys: PhoneKeysRepository,
    private readonly bundles: KeyBundles,
  ) {}

  /** The work has no effect but its transactions: when another process was at the same phone, it runs again. @throws PhoneNotFound */
  use<T>(tenantId: TenantId, number: string, work: (phone: ActivePhone) => Promise<T>): Promise<T> {
    return this.line.run(tenantId, number, async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.useOnce(tenantId, number, work);
        } catch (error) {
          if (!(error instanceof PhoneInUse) || attempt === ATTEMPTS) throw error;
        }
      }
    });
  }

  private async useOnce<T>(tenantId: TenantId, number: string, work: (phone: ActivePhone) => Promise<T>): Promise<T> {
    const phone = await this.activate(tenantId, number);
    try {
      return await work(phone);
    } finally {
      phone.close();
    }
  }

  private async activate(tenantId: TenantId, number: string): Promise<ActivePhone> {
    const inside = await this.database.readForTenant(tenantId, (tx) => this.phones.open(tx, number));
    if (!inside) throw new PhoneNotFound();
    const keys = new PhoneKeys((type, ids) => this.database.readForTenant(tenantId, (tx) => this.keys.get(tx, number, type, ids)));
    return new ActivePhone(inside, keys, {
      bundleOf: (device) => this.database.forTenant(tenantId, (tx) => this.bundles.take(tx, device)),
      save: (tx, revision) => this.save(tx, number, revision, keys),
    });
  }

  private async save(tx: TenantTx, number: string, revision: number, keys: PhoneKeys): Promise<void> {
    if (!(await this.phones.revise(tx, number, revision))) throw new PhoneInUse();
    await this.keys.save(tx, number, keys.changes());
  }
}
