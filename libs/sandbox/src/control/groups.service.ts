import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { Group } from '../server/groups/group.js';
import { allowed } from '../server/groups/group-rules.js';
import { Groups } from '../server/groups/groups.js';
import { Memberships } from '../server/groups/memberships.js';
import { Directory } from '../store/directory.js';
import { ActingPhone } from './acting-phone.js';
import { type ChangeMembersDto, type ChangeSandboxGroupDto, type CreateSandboxGroupDto, groupChangeOf, type MemberOutcomeDto } from './group.dto.js';

/** What a person does with groups on a simulated phone. All of it throws PhoneNotFound, and what the groups themselves throw. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly memberships: Memberships,
  ) {}

  create(tenantId: TenantId, number: string, { subject, members }: CreateSandboxGroupDto): Promise<Group> {
    return this.phone.use(tenantId, number, async (tx, actor) => this.groups.create(tx, actor, subject, await this.phone.named(tx, members)));
  }

  list(tenantId: TenantId, number: string): Promise<Group[]> {
    return this.phone.use(tenantId, number, (tx, actor) => this.groups.of(tx, actor));
  }

  read(tenantId: TenantId, number: string, id: string): Promise<Group> {
    return this.phone.use(tenantId, number, (tx, actor) => this.groups.read(tx, actor, id));
  }

  /** All of it or nothing. */
  change(tenantId: TenantId, number: string, id: string, request: ChangeSandboxGroupDto): Promise<Group> {
    return this.phone.use(tenantId, number, (tx, actor) => this.groups.change(tx, actor, id, groupChangeOf(request)));
  }

  async changeMembers(tenantId: TenantId, number: string, id: string, { action, members }: ChangeMembersDto): Promise<MemberOutcomeDto[]> {
    const outcomes = await this.phone.use(tenantId, number, async (tx, actor) => {
      const accounts = await this.directory.accounts(tx, members);
      return this.memberships.change(tx, actor, id, action, members.map((member) => accounts.find((account) => account.number === member)));
    });
    return members.map((phoneNumber, place) => ({ phoneNumber, status: outcomes[place]! }));
  }

  leave(tenantId: TenantId, number: string, id: string): Promise<void> {
    return this.phone.use(tenantId, number, (tx, actor) => this.memberships.leave(tx, actor, id));
  }

  join(tenantId: TenantId, number: string, code: string): Promise<Group> {
    return this.phone.use(tenantId, number, (tx, actor) => this.memberships.join(tx, actor, code));
  }

  /** For admins, as on a real phone. */
  invite(tenantId: TenantId, number: string, id: string): Promise<string> {
    return this.phone.use(tenantId, number, async (tx, actor) => allowed(await this.groups.read(tx, actor, id), actor, 'administer').inviteCode);
  }

  renewInvite(tenantId: TenantId, number: string, id: string): Promise<string> {
    return this.phone.use(tenantId, number, (tx, actor) => this.groups.renewInvite(tx, actor, id));
  }
}
