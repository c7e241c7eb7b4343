import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { PhoneScreen } from '../phone/phone-screen.js';
import { type Account, numberJid } from '../protocol/addresses.js';
import { chatModificationToAppPatch } from '../protocol/baileys.js';
import { BadMessage } from '../sandbox.errors.js';
import { AppState } from '../server/app-state/app-state.js';
import { ActingPhone } from './acting-phone.js';
import { type ChangeSettingDto, modificationOf, settingDto, type SandboxSettingDto } from './setting.dto.js';

/** The settings of a phone, which its linked devices share. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly screen: PhoneScreen,
    private readonly appState: AppState,
  ) {}

  /** @throws PhoneNotFound */
  async list(tenantId: TenantId, number: string): Promise<SandboxSettingDto[]> {
    return (await this.phone.use(tenantId, number, (tx, account) => this.appState.read(tx, account))).map(settingDto);
  }

  /** @throws PhoneNotFound, BadMessage, TooManySettings */
  change(tenantId: TenantId, number: string, request: ChangeSettingDto): Promise<void> {
    return this.phone.use(tenantId, number, async (tx, account) => {
      const chat = jidOf(request.contact?.phoneNumber ?? request.chat ?? '');
      const fromMe = request.star ? await this.isOwn(tx, account, chat, request.star.message) : false;
      await this.appState.write(tx, account, chatModificationToAppPatch(modificationOf(request, fromMe), chat));
    });
  }

  private async isOwn(tx: TenantTx, account: Account, chat: string, message: string): Promise<boolean> {
    const found = await this.screen.find(tx, account.number, chat, message);
    if (!found) throw new BadMessage('/star/message', 'must be on the phone’s screen, in this chat');
    return found.author === numberJid(account);
  }
}

function jidOf(chat: string): string {
  return chat.includes('@') ? chat : numberJid({ number: chat });
}
