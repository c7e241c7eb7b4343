import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { bytesOf, childOf, childrenOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { Directory } from '../../store/directory.js';
import { groupIdOf } from '../groups/group.js';
import { groupStanza } from '../groups/group-stanzas.js';
import { Groups } from '../groups/groups.js';
import { settingIn } from '../groups/setting-news.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';
import { withRefusals } from './refusals.js';

const SETTINGS = ['announcement', 'not_announcement', 'locked', 'unlocked', 'ephemeral', 'not_ephemeral', 'member_add_mode', 'membership_approval_mode'];

/** Groups as a client makes, reads and changes them. */
@Injectable()
export class GroupQueries extends QueryFamily {
  readonly table: QueryTable = {
    'w:g2/get/participating': (query) => this.list(query),
    'w:g2/get/query': this.inGroup((tx, query) => this.read(tx, query)),
    'w:g2/set/create': this.inGroup((tx, query) => this.create(tx, query)),
    'w:g2/set/subject': this.inGroup(async (tx, query) => this.rename(tx, query)),
    'w:g2/set/description': this.inGroup((tx, query) => this.describe(tx, query)),
    ...Object.fromEntries(SETTINGS.map((name) => [`w:g2/set/${name}`, this.inGroup((tx, query) => this.configure(tx, query))])),
  };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly groups: Groups,
  ) {
    super();
  }

  private inGroup(handler: (tx: TenantTx, query: QueryOfDevice) => Promise<Stanza | void>): QueryTable[string] {
    return withRefusals(async (query) => {
      const answer = await this.database.forTenant(query.connection.tenantId, (tx) => handler(tx, query));
      return { content: answer ? [answer] : [] };
    });
  }

  private async list({ connection: { tenantId }, session }: QueryOfDevice): Promise<Reply> {
    const groups = await this.database.forTenant(tenantId, (tx) => this.groups.of(tx, session.account));
    return { content: [stanza('groups', {}, groups.map((group) => groupStanza(tenantId, group)))] };
  }

  private async read(tx: TenantTx, { session, node }: QueryOfDevice): Promise<Stanza> {
    return groupStanza(tx.tenantId, await this.groups.read(tx, session.account, idIn(node)));
  }

  /** Whom nobody knows is left out. */
  private async create(tx: TenantTx, { session, subject }: QueryOfDevice): Promise<Stanza> {
    const invited = await this.directory.byJid(tx, childrenOf(subject, 'participant').map(({ attrs }) => attrs.jid));
    const known = invited.filter((account) => account !== undefined);
    return groupStanza(tx.tenantId, await this.groups.create(tx, session.account, subject?.attrs.subject ?? '', known));
  }

  private async rename(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<void> {
    await this.groups.change(tx, session.account, idIn(node), { subject: bytesOf(subject).toString() });
  }

  private async describe(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<void> {
    const body = childOf(subject, 'body');
    const description = { id: subject?.attrs.id ?? '', text: body ? bytesOf(body).toString() : '' };
    await this.groups.change(tx, session.account, idIn(node), { description });
  }

  private async configure(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<void> {
    await this.groups.change(tx, session.account, idIn(node), { settings: settingIn(subject!) ?? {} });
  }
}

function idIn({ attrs }: Stanza): string {
  return groupIdOf(attrs.to ?? '');
}
