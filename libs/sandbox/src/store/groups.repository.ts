import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { Account } from '../protocol/addresses.js';
import type { Group, GroupDescription, GroupSettings, Role } from '../server/groups/group.js';

interface GroupRow extends GroupSettings {
  id: string;
  owner: string;
  subject: string;
  subjectBy: string;
  subjectAt: Date;
  description: string | null;
  descriptionId: string;
  descriptionBy: string;
  descriptionAt: Date;
  inviteCode: string;
  createdAt: Date;
}

interface MemberRow extends Account {
  groupId: string;
  role: Role | 'asking';
}

/** The groups of a tenant's phones, with who is in them. */
@Injectable()
export class GroupsRepository {
  async insert(tx: TenantSql, { id, inviteCode }: Pick<Group, 'id' | 'inviteCode'>, owner: string, subject: string): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.groups (tenant_id, id, owner, subject, subject_by, invite_code)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${id}, ${owner}, ${subject}, ${owner}, ${inviteCode})`;
  }

  async count(tx: TenantSql): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>`
      SELECT count(*)::int AS count FROM sandbox.groups WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row.count;
  }

  /** Locked: whoever changes a group does so alone. */
  async lock(tx: TenantSql, id: string): Promise<Group | null> {
    await tx.query`SELECT 1 FROM sandbox.groups WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id} FOR UPDATE`;
    return this.find(tx, id);
  }

  async find(tx: TenantSql, id: string): Promise<Group | null> {
    const [group] = await this.named(tx, [id]);
    return group ?? null;
  }

  async byInvite(tx: TenantSql, code: string): Promise<Group | null> {
    const [row] = await tx.query<{ id: string }[]>`
      SELECT id FROM sandbox.groups WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND invite_code = ${code}`;
    return row ? this.find(tx, row.id) : null;
  }

  /** Those that somebody is in, the oldest first. */
  async of(tx: TenantSql, number: string): Promise<Group[]> {
    const rows = await tx.query<{ id: string }[]>`
      SELECT group_id AS id FROM sandbox.group_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND role <> 'asking'`;
    return this.named(tx, rows.map(({ id }) => id));
  }

  async rename(tx: TenantSql, { id }: Pick<Group, 'id'>, subject: string, by: string): Promise<void> {
    await tx.execute`
      UPDATE sandbox.groups SET subject = ${subject}, subject_by = ${by}, subject_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
  }

  /** Null takes the description away. */
  async describe(tx: TenantSql, { id }: Pick<Group, 'id'>, description: Omit<GroupDescription, 'at'> | null): Promise<void> {
    await tx.execute`
      UPDATE sandbox.groups SET description = ${description?.text ?? null}, description_id = ${description?.id ?? null},
        description_by = ${description?.by ?? null}, description_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
  }

  async configure(tx: TenantSql, { id }: Pick<Group, 'id'>, { announce, locked, membersAdd, approval, ephemeral }: GroupSettings): Promise<void> {
    await tx.execute`
      UPDATE sandbox.groups SET announce = ${announce}, locked = ${locked}, members_add = ${membersAdd}, approval = ${approval}, ephemeral = ${ephemeral}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
  }

  async renewInvite(tx: TenantSql, { id }: Pick<Group, 'id'>, code: string): Promise<void> {
    await tx.execute`UPDATE sandbox.groups SET invite_code = ${code} WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
  }

  async remove(tx: TenantSql, { id }: Pick<Group, 'id'>): Promise<void> {
    await tx.execute`DELETE FROM sandbox.groups WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
  }

  private async named(tx: TenantSql, ids: string[]): Promise<Group[]> {
    const rows = await tx.query<GroupRow[]>`
      SELECT id, owner, subject, subject_by AS "subjectBy", subject_at AS "subjectAt", description, description_id AS "descriptionId",
        description_by AS "descriptionBy", description_at AS "descriptionAt", announce, locked, members_add AS "membersAdd", approval, ephemeral,
        invite_code AS "inviteCode", created_at AS "createdAt"
      FROM sandbox.groups WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ANY (${ids}::text[]) ORDER BY created_at, id`;
    const members = await this.members(tx, ids);
    return rows.map((row) => groupOf(row, members.filter(({ groupId }) => groupId === row.id)));
  }

  private members(tx: TenantSql, ids: string[]): Promise<MemberRow[]> {
    return tx.query<MemberRow[]>`
      SELECT group_id AS "groupId", number, lid, name, role FROM sandbox.group_members JOIN sandbox.phones USING (tenant_id, number)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND group_id = ANY (${ids}::text[]) ORDER BY since, number`;
  }
}

function groupOf({ description, descriptionId, descriptionBy, descriptionAt, ...row }: GroupRow, people: MemberRow[]): Group {
  const described = description === null ? null : { text: description, id: descriptionId, by: descriptionBy, at: descriptionAt };
  const members = people.flatMap(({ number, lid, name, role }) => (role === 'asking' ? [] : [{ number, lid, name, role }]));
  const asking = people.flatMap(({ number, lid, name, role }) => (role === 'asking' ? [{ number, lid, name }] : []));
  return { ...row, description: described, members, asking };
}
