import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { lidJid } from '../../protocol/addresses.js';
import { bytesOf, childrenOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { Directory } from '../../store/directory.js';
import { ProfilesRepository } from '../../store/profiles.repository.js';
import { Blocklist } from '../profile/blocklist.js';
import { PRIVACY, privacyOf } from '../profile/privacy.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';
import { withRefusals } from './refusals.js';

/** What a device reads and changes about its own account: status text, privacy settings, whom it has blocked. */
@Injectable()
export class ProfileQueries extends QueryFamily {
  readonly table: QueryTable = {
    'status/set/status': (query) => this.describe(query),
    'privacy/get/privacy': (query) => this.readPrivacy(query),
    'privacy/set/privacy': (query) => this.restrict(query),
    'blocklist/get/': (query) => this.readBlocklist(query),
    'blocklist/set/item': withRefusals((query) => this.block(query)),
  };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly profiles: ProfilesRepository,
    private readonly blocklist: Blocklist,
  ) {
    super();
  }

  private async describe({ connection, session, subject }: QueryOfDevice): Promise<Reply> {
    const about = bytesOf(subject).toString().slice(0, 512);
    await this.database.forTenant(connection.tenantId, (tx) => this.profiles.describe(tx, session.account.number, about));
    return {};
  }

  private async readPrivacy({ connection, session }: QueryOfDevice): Promise<Reply> {
    const profile = await this.database.forTenant(connection.tenantId, (tx) => this.profiles.find(tx, session.account.number));
    return { content: [privacyStanza(privacyOf(profile?.privacy ?? {}))] };
  }

  /** What is unknown is not kept. */
  private async restrict({ connection, session, subject }: QueryOfDevice): Promise<Reply> {
    const asked = childrenOf(subject, 'category').map(({ attrs }) => [attrs.name ?? '', attrs.value ?? ''] as const);
    const known = Object.fromEntries(asked.filter(([name, value]) => PRIVACY[name]?.includes(value)));
    const profile = await this.database.forTenant(connection.tenantId, async (tx) => {
      await this.profiles.restrict(tx, session.account.number, known);
      return this.profiles.find(tx, session.account.number);
    });
    return { content: [privacyStanza(privacyOf(profile?.privacy ?? {}))] };
  }

  private async readBlocklist({ connection, session }: QueryOfDevice): Promise<Reply> {
    const blocked = await this.database.forTenant(connection.tenantId, (tx) => this.blocklist.of(tx, session.account));
    return { content: [stanza('list', {}, blocked.map((account) => stanza('item', { jid: lidJid(account) })))] };
  }

  private async block({ connection, session, node }: QueryOfDevice): Promise<Reply> {
    await this.database.forTenant(connection.tenantId, async (tx) => {
      const items = childrenOf(node, 'item');
      const named = await this.directory.byJid(tx, items.map(({ attrs }) => attrs.jid));
      const before = await this.blocklist.of(tx, session.account);
      const unblocked = named.filter((_account, place) => items[place]!.attrs.action === 'unblock');
      const blocked = named.filter((account, place) => account !== undefined && items[place]!.attrs.action === 'block').flatMap((account) => account ?? []);
      const staying = before.filter(({ number }) => unblocked.every((account) => account?.number !== number));
      await this.blocklist.replace(tx, session.account, [...staying, ...blocked]);
    });
    return this.readBlocklist({ connection, session, node, subject: undefined });
  }
}

function privacyStanza(settings: Record<string, string>): Stanza {
  return stanza('privacy', {}, Object.entries(settings).map(([name, value]) => stanza('category', { name, value })));
}
