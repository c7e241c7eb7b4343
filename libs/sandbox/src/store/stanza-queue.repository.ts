import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';
import { answerTo } from '../protocol/answers.js';
import { decodeStanza, encodeStanza, type Stanza } from '../protocol/stanza.js';

/** A stanza and the device it is for. */
export interface Post {
  to: DeviceAddress;
  stanza: Stanza;
}

export interface QueuedStanza {
  /** larger than that of everything put into this queue before */
  position: bigint;
  stanza: Stanza;
}

/** A device that never comes back loses its oldest beyond this. */
export const LONGEST_QUEUE = 1_000;

/** Everything on its way to a device, kept until the device has answered it. */
@Injectable()
export class StanzaQueue {
  /**
   * Once per transaction and as its last step: it locks the devices, always in the same order, so that positions are in commit order.
   * Post for a device that does not exist (any more) is dropped.
   */
  async put(tx: TenantSql, posts: Post[]): Promise<void> {
    const numbers = posts.map(({ to }) => to.number);
    const devices = posts.map(({ to }) => to.device);
    const known = await this.lock(tx, numbers, devices);
    const deliverable = posts.filter(({ to }) => known.has(`${to.number}:${to.device}`));
    if (deliverable.length === 0) return;
    // in one write: neither waits for the other's answer
    await Promise.all([this.insert(tx, deliverable), this.trim(tx, numbers, devices)]);
  }

  /** The next ones after a position, oldest first. */
  async after(tx: TenantSql, { number, device }: DeviceAddress, position: bigint, limit: number): Promise<QueuedStanza[]> {
    const rows = await tx.query<{ position: bigint; node: Uint8Array }[]>`
      SELECT position, node FROM sandbox.stanzas
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device} AND position > ${position}
      ORDER BY position LIMIT ${limit}`;
    return Promise.all(rows.map(async (row) => ({ position: row.position, stanza: await decodeStanza(row.node) })));
  }

  async removeAnswered(tx: TenantSql, { number, device }: DeviceAddress, answers: string[]): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.stanzas
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device} AND answer = ANY (${answers}::text[])`;
  }

  /** False when somebody else has taken it. */
  async remove(tx: TenantSql, { number, device }: DeviceAddress, position: bigint): Promise<boolean> {
    const removed = await tx.execute`
      DELETE FROM sandbox.stanzas
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device} AND position = ${position}`;
    return removed > 0;
  }

  /** The phones that have something to do. */
  async waitingPhones(tx: TenantSql): Promise<DeviceAddress[]> {
    return tx.query<DeviceAddress[]>`
      SELECT DISTINCT number, device FROM sandbox.stanzas WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND device = 0`;
  }

  private async lock(tx: TenantSql, numbers: string[], devices: number[]): Promise<Set<string>> {
    const rows = await tx.query<DeviceAddress[]>`
      SELECT number, device FROM sandbox.devices
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid
        AND (number, device) IN (SELECT * FROM unnest(${numbers}::text[], ${devices}::int[]))
      ORDER BY number, device FOR NO KEY UPDATE`;
    return new Set(rows.map(({ number, device }) => `${number}:${device}`));
  }

  private async insert(tx: TenantSql, posts: Post[]): Promise<void> {
    const numbers = posts.map(({ to }) => to.number);
    const devices = posts.map(({ to }) => to.device);
    const answers = posts.map(({ stanza }) => answerTo(stanza));
    const nodes = posts.map(({ stanza }) => encodeStanza(stanza).toString('base64'));
    await tx.execute`
      INSERT INTO sandbox.stanzas (tenant_id, number, device, answer, node)
      SELECT ${uuidOf(tx.tenantId)}::uuid, number, device, answer, decode(node, 'base64')
      FROM unnest(${numbers}::text[], ${devices}::int[], ${answers}::text[], ${nodes}::text[])
        WITH ORDINALITY AS post (number, device, answer, node, place)
      ORDER BY place`;
  }

  private async trim(tx: TenantSql, numbers: string[], devices: number[]): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.stanzas old
      USING (SELECT DISTINCT * FROM unnest(${numbers}::text[], ${devices}::int[])) AS queue (number, device)
      WHERE old.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND old.number = queue.number AND old.device = queue.device
        AND old.position <= (
          SELECT position FROM sandbox.stanzas kept
          WHERE kept.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND kept.number = queue.number AND kept.device = queue.device
          ORDER BY position DESC OFFSET ${LONGEST_QUEUE} LIMIT 1)`;
  }
}
