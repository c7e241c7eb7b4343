import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { BlocksRepository } from '../../store/blocks.repository.js';
import { type Profile, ProfilesRepository } from '../../store/profiles.repository.js';
import { Presences } from './presences.js';

/** An account as somebody else may see it. */
export interface Sight {
  name: string;
  /** null: it does not let this one see it */
  about: string | null;
  aboutAt: Date | null;
  online: boolean;
  /** null: never, or it does not let this one see it */
  lastSeen: Date | null;
  mayKnowLastSeen: boolean;
  mayKnowPicture: boolean;
}

const HIDDEN = { about: null, aboutAt: null, online: false, lastSeen: null, mayKnowLastSeen: false, mayKnowPicture: false };

/** Who sees what of whom: by the privacy settings of the one looked at, and nothing at all when it has blocked the one who looks. */
@Injectable()
export class Visibility {
  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly blocks: BlocksRepository,
    private readonly presences: Presences,
  ) {}

  /** Null when nobody has the number. */
  async of(tx: TenantTx, number: string, viewer: string): Promise<Sight | null> {
    const profile = await this.profiles.find(tx, number);
    if (!profile) return null;
    const isBlocked = (await this.blocks.blocking(tx, [number], viewer)).has(number);
    return isBlocked ? { name: profile.name, ...HIDDEN } : this.sightOf(tx, number, profile, number === viewer);
  }

  private sightOf(tx: TenantTx, number: string, { name, about, aboutAt, lastSeen, privacy }: Profile, own: boolean): Sight {
    const may = (what: string) => own || isOpen(privacy[what]);
    const left = this.presences.leftAt(tx.tenantId, number) ?? lastSeen;
    const mayKnowOnline = own || (privacy.online === 'match_last_seen' ? may('last') : may('online'));
    return {
      name,
      about: may('status') ? about : null,
      aboutAt: may('status') ? aboutAt : null,
      online: mayKnowOnline && this.presences.isOnline(tx.tenantId, number),
      lastSeen: may('last') ? left : null,
      mayKnowLastSeen: may('last'),
      mayKnowPicture: may('profile'),
    };
  }
}

/** Simulated phones keep no address books: to them everybody is a contact. */
function isOpen(setting: string | undefined): boolean {
  return setting !== 'none';
}
