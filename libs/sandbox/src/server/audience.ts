import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../protocol/addresses.js';
import { BlocksRepository } from '../store/blocks.repository.js';
import { Directory } from '../store/directory.js';
import { groupIdOf, isGroupJid } from './groups/group.js';
import { Groups } from './groups/groups.js';

/** Who is in a chat besides the one who asks, and listens. */
@Injectable()
export class Audience {
  constructor(
    private readonly directory: Directory,
    private readonly blocks: BlocksRepository,
    private readonly groups: Groups,
  ) {}

  /** `chat`: its one name, whatever it was called. Who has blocked the speaker does not listen. @throws GroupNotFound, NotInGroup */
  async of(tx: TenantTx, speaker: Account, to: string): Promise<{ chat: string; listeners: Account[] }> {
    if (isGroupJid(to)) {
      const { members } = await this.groups.read(tx, speaker, groupIdOf(to));
      return { chat: to, listeners: members.filter(({ number }) => number !== speaker.number) };
    }
    const [other] = await this.directory.byJid(tx, [to]);
    const deaf = other && (await this.blocks.blocking(tx, [other.number], speaker.number)).has(other.number);
    return { chat: other ? numberJid(other) : to, listeners: other && !deaf ? [other] : [] };
  }
}
