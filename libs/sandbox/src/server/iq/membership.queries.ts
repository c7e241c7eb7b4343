import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { lidJid, numberJid } from '../../protocol/addresses.js';
import { allChildrenOf, childOf, childrenOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { Directory } from '../../store/directory.js';
import { groupIdOf, isGroupJid, MEMBER_ACTIONS } from '../groups/group.js';
import { allowed, type MemberOutcome } from '../groups/group-rules.js';
import { groupReference, groupStanza } from '../groups/group-stanzas.js';
import { Groups } from '../groups/groups.js';
import { Memberships } from '../groups/memberships.js';
import { QueryFamily, type QueryOfDevice, type QueryTable } from './query.js';
import { withRefusals } from './refusals.js';

type Handler = (tx: TenantTx, query: QueryOfDevice) => Promise<Stanza | void>;

/** Who comes into groups and who goes, as clients ask for it. */
@Injectable()
export class MembershipQueries extends QueryFamily {
  readonly table: QueryTable = {
    ...Object.fromEntries(MEMBER_ACTIONS.map((action) => [`w:g2/set/${action}`, this.inGroup((tx, query) => this.change(tx, query, action))])),
    'w:g2/set/leave': this.inGroup((tx, query) => this.leave(tx, query)),
    'w:g2/get/invite': this.inGroup((tx, query) => this.readInvite(tx, query)),
    'w:g2/set/invite': this.inGroup((tx, query) => this.useInvite(tx, query)),
    'w:g2/get/membership_approval_requests': this.inGroup((tx, query) => this.requests(tx, query)),
    'w:g2/set/membership_requests_action': this.inGroup((tx, query) => this.decide(tx, query)),
  };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly memberships: Memberships,
  ) {
    super();
  }

  private inGroup(handler: Handler): QueryTable[string] {
    return withRefusals(async (query) => {
      const answer = await this.database.forTenant(query.connection.tenantId, (tx) => handler(tx, query));
      return { content: answer ? [answer] : [] };
    });
  }

  private async change(tx: TenantTx, { session, node, subject }: QueryOfDevice, action: (typeof MEMBER_ACTIONS)[number]): Promise<Stanza> {
    const jids = participantsIn(subject);
    const outcomes = await this.memberships.change(tx, session.account, idIn(node), action, await this.directory.byJid(tx, jids));
    return stanza(action, {}, jids.map((jid, place) => outcomeStanza(jid, outcomes[place]!)));
  }

  private async leave(tx: TenantTx, { session, subject }: QueryOfDevice): Promise<void> {
    for (const { attrs } of childrenOf(subject, 'group')) await this.memberships.leave(tx, session.account, groupIdOf(attrs.id ?? ''));
  }

  /** The code of a group, for its admins; what group a code is for, for everybody. */
  private async readInvite(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<Stanza> {
    if (subject?.attrs.code !== undefined) return groupStanza(tx.tenantId, await this.groups.invitedBy(tx, subject.attrs.code));
    const group = allowed(await this.groups.read(tx, session.account, idIn(node)), session.account, 'administer');
    return stanza('invite', { code: group.inviteCode });
  }

  private async useInvite(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<Stanza> {
    if (isNamed(node)) return stanza('invite', { code: await this.groups.renewInvite(tx, session.account, idIn(node)) });
    return groupReference(await this.memberships.join(tx, session.account, subject?.attrs.code ?? ''));
  }

  private async requests(tx: TenantTx, { session, node }: QueryOfDevice): Promise<Stanza> {
    const { asking } = allowed(await this.groups.read(tx, session.account, idIn(node)), session.account, 'administer');
    const requests = asking.map((account) => stanza('membership_approval_request', { jid: lidJid(account), phone_number: numberJid(account), request_method: 'invite_link' }));
    return stanza('membership_approval_requests', {}, requests);
  }

  private async decide(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<Stanza> {
    const decision = childOf(subject, 'approve') ? 'approve' : 'reject';
    const jids = participantsIn(allChildrenOf(subject!)[0]);
    const outcomes = await this.memberships.decide(tx, session.account, idIn(node), decision, await this.directory.byJid(tx, jids));
    const answers = jids.map((jid, place) => outcomeStanza(jid, outcomes[place]!));
    return stanza('membership_requests_action', {}, [stanza(decision, {}, answers)]);
  }
}

function participantsIn(parent: Stanza | undefined): string[] {
  return childrenOf(parent, 'participant').map(({ attrs }) => attrs.jid ?? '');
}

function outcomeStanza(jid: string, outcome: MemberOutcome): Stanza {
  return stanza('participant', { jid, error: outcome === 200 ? undefined : outcome });
}

/** Whether it is addressed to a group, and not to the service that keeps them. */
function isNamed({ attrs }: Stanza): boolean {
  return isGroupJid(attrs.to) && groupIdOf(attrs.to) !== '';
}

function idIn({ attrs }: Stanza): string {
  return groupIdOf(attrs.to ?? '');
}
