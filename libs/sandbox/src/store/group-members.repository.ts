import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { Role } from '../server/groups/group.js';

/** Who is in a group, and as what. */
@Injectable()
export class GroupMembersRepository {
  /** Whoever is there already, or has asked to be, gets the role. */
  async put(tx: TenantSql, groupId: string, numbers: string[], role: Role | 'asking'): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.group_members (tenant_id, group_id, number, role)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${groupId}, number, ${role} FROM unnest(${numbers}::text[]) AS who (number)
      ON CONFLICT (tenant_id, group_id, number) DO UPDATE SET role = excluded.role,
        since = CASE WHEN group_members.role = 'asking' THEN excluded.since ELSE group_members.since END`;
  }

  async remove(tx: TenantSql, groupId: string, numbers: string[]): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.group_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND group_id = ${groupId} AND number = ANY (${numbers}::text[])`;
  }
}
