import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../../protocol/addresses.js';
import { type Profile, ProfilesRepository } from '../../store/profiles.repository.js';
import { Switchboard } from '../switchboard.js';

export interface ProfileChange {
  name?: string;
  about?: string;
  /** what is not named stays as it is */
  privacy?: Record<string, string>;
}

/** What accounts say of themselves. */
@Injectable()
export class Profiles {
  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly switchboard: Switchboard,
  ) {}

  find(tx: TenantTx, { number }: Account): Promise<Profile | null> {
    return this.profiles.find(tx, number);
  }

  /** A new name goes out with the next message, also of devices that are connected. */
  async change(tx: TenantTx, { number }: Account, { name, about, privacy }: ProfileChange): Promise<void> {
    if (about !== undefined) await this.profiles.describe(tx, number, about);
    if (privacy) await this.profiles.restrict(tx, number, privacy);
    if (name !== undefined) await this.rename(tx, number, name);
  }

  private async rename(tx: TenantTx, number: string, name: string): Promise<void> {
    await this.profiles.rename(tx, number, name);
    tx.afterCommit(() => {
      for (const { session } of this.switchboard.ofAccount(tx.tenantId, number)) if (session) session.account = { ...session.account, name };
    });
  }
}
