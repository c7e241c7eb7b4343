import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { Account } from '../protocol/addresses.js';
import { PhoneNotFound } from '../sandbox.errors.js';
import { Directory } from '../store/directory.js';

/** The phone that a request is about, in one transaction. */
@Injectable()
export class ActingPhone {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
  ) {}

  /** @throws PhoneNotFound, and whatever the work throws */
  use<T>(tenantId: TenantId, number: string, work: (tx: TenantTx, phone: Account) => Promise<T>): Promise<T> {
    return this.database.forTenant(tenantId, async (tx) => work(tx, (await this.named(tx, [number]))[0]!));
  }

  /** All of these, in this order. @throws PhoneNotFound when one is not there */
  async named(tx: TenantTx, numbers: string[]): Promise<Account[]> {
    const accounts = await this.directory.accounts(tx, numbers);
    return numbers.map((number) => accounts.find((account) => account.number === number) ?? missing());
  }
}

function missing(): never {
  throw new PhoneNotFound();
}
