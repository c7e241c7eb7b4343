import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import type { Stanza } from '../protocol/stanza.js';
import { Mailroom } from '../server/mailroom.js';
import { Directory } from '../store/directory.js';
import type { ActivePhone } from './active-phone.js';
import type { Effect } from './effect.js';
import { PhoneHistory } from './history/phone-history.js';
import { peerLetter } from './peer-letter.js';

/** Answers what a phone's own devices ask it: for earlier messages, or for one that they could not read. */
@Injectable()
export class PeerDesk {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly history: PhoneHistory,
    private readonly mailroom: Mailroom,
  ) {}

  /** The request is taken in any case; what this phone does not do stays without an answer. */
  async answer(tenantId: TenantId, phone: ActivePhone, { attrs }: Stanza, request: proto.Message.IPeerDataOperationRequestMessage): Promise<Effect> {
    const { message, device } = await this.database.forTenant(tenantId, async (tx) => ({
      message: await this.history.answer(tx, phone.account, attrs.id ?? '', request),
      device: await this.directory.named(tx, attrs.from),
    }));
    const letter = message && device && (await peerLetter(phone, device, message));
    return async (tx) => {
      await phone.save(tx);
      if (letter) await this.mailroom.post(tx, [letter]);
    };
  }
}
