import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { numberJid } from '../protocol/addresses.js';
import { Attendance } from '../server/presence/attendance.js';
import { ChatStates } from '../server/presence/chat-states.js';
import { ActingPhone } from './acting-phone.js';
import type { SetPresenceDto } from './profile.dto.js';

/** How a phone lets itself be seen. */
@Injectable()
export class AppearanceService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly attendance: Attendance,
    private readonly chatStates: ChatStates,
  ) {}

  /** @throws PhoneNotFound, GroupNotFound, NotInGroup */
  async appear(tenantId: TenantId, number: string, { state, to = '' }: SetPresenceDto): Promise<void> {
    const account = await this.phone.use(tenantId, number, async (_tx, phone) => phone);
    if (state === 'available' || state === 'unavailable') return this.attendance.announce(tenantId, account, 'phone', state === 'available');
    const chat = to.includes('@') ? to : numberJid({ number: to });
    await this.chatStates.pass(tenantId, account, chat, state === 'paused' ? null : state);
  }
}
