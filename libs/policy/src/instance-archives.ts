import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import { InstanceKeys, InstancePayloads, type TenantTx } from '#libs/platform';
import { InstanceArchivesRepository } from './instance-archives.repository.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);
const FIELD = 'archive';

/** What every feature keeps of an instance, as one compressed box under the instance's key. */
@Injectable()
export class InstanceArchives {
  constructor(
    private readonly keys: InstanceKeys,
    private readonly payloads: InstancePayloads,
    private readonly archives: InstanceArchivesRepository,
  ) {}

  /** Takes the rows out of the hot tables, under the instance's lock. */
  async seal(tx: TenantTx, instanceId: InstanceId): Promise<void> {
    const parts: Record<string, string> = {};
    for (const payload of this.payloads.all()) {
      const bytes = await payload.archive(tx, instanceId);
      if (bytes) parts[payload.part] = bytes.toString('base64');
    }
    const key = await this.keys.of(tx, instanceId);
    await this.archives.put(tx, instanceId, key.seal(FIELD, await compress(JSON.stringify(parts))));
  }

  /** Puts everything back byte for byte. @throws when a part has no owner in this build: nothing is restored rather than a part lost */
  async unseal(tx: TenantTx, instanceId: InstanceId): Promise<void> {
    const parts = await this.open(tx, instanceId);
    const owners = new Map(this.payloads.all().map((payload) => [payload.part, payload]));
    for (const [part, bytes] of Object.entries(parts)) {
      const owner = owners.get(part);
      if (!owner) throw new Error(`Nothing in this build can restore the part ${part} of ${instanceId}`);
      await owner.restore(tx, instanceId, Buffer.from(bytes, 'base64'));
    }
    await this.archives.clear(tx, instanceId);
  }

  private async open(tx: TenantTx, instanceId: InstanceId): Promise<Record<string, string>> {
    const box = await this.archives.find(tx, instanceId);
    if (!box) throw new Error(`The archive of ${instanceId} is missing`);
    const key = await this.keys.of(tx, instanceId);
    return JSON.parse((await expand(key.open(FIELD, box))).toString()) as Record<string, string>;
  }
}
