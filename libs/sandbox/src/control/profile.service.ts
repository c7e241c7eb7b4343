import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { type Account, lidJid } from '../protocol/addresses.js';
import { AppState } from '../server/app-state/app-state.js';
import { Blocklist } from '../server/profile/blocklist.js';
import { privacyOf } from '../server/profile/privacy.js';
import { Profiles } from '../server/profile/profiles.js';
import { ActingPhone } from './acting-phone.js';
import { PicturesService } from './pictures.service.js';
import type { ChangeProfileDto, SandboxProfileDto } from './profile.dto.js';

/** A phone's own profile. All of it throws PhoneNotFound. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly profiles: Profiles,
    private readonly blocklist: Blocklist,
    private readonly pictures: PicturesService,
    private readonly appState: AppState,
  ) {}

  read(tenantId: TenantId, number: string): Promise<SandboxProfileDto> {
    return this.phone.use(tenantId, number, (tx, account) => this.describe(tx, account));
  }

  /** All of it or nothing. A new name is a setting, of which its devices are told. */
  change(tenantId: TenantId, number: string, { name, about, privacy, blocked }: ChangeProfileDto): Promise<SandboxProfileDto> {
    return this.phone.use(tenantId, number, async (tx, account) => {
      const wanted = blocked && (await this.phone.named(tx, blocked));
      if (name !== undefined) await this.appState.rename(tx, account, name);
      await this.profiles.change(tx, account, { about, privacy: privacy && (Object.fromEntries(Object.entries(privacy)) as Record<string, string>) });
      const profile = await this.describe(tx, account, wanted);
      if (wanted) await this.blocklist.replace(tx, account, wanted);
      return profile;
    });
  }

  private async describe(tx: TenantTx, account: Account, wanted?: Account[]): Promise<SandboxProfileDto> {
    const { name, about, privacy } = (await this.profiles.find(tx, account))!;
    const blocked = (wanted ?? (await this.blocklist.of(tx, account))).map(({ number }) => number);
    return { phoneNumber: account.number, lid: lidJid(account), name, about, picture: await this.pictures.urlOf(tx, account, account), privacy: privacyOf(privacy), blocked };
  }
}
