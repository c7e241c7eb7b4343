import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { bundleStanzas, KeyBundles, registrationStanza } from '../../phone/key-bundles.js';
import { childrenOf, newStanzaId, SERVER, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import type { Device } from '../../store/devices.repository.js';
import { Directory } from '../../store/directory.js';
import { PreKeysRepository } from '../../store/pre-keys.repository.js';
import { Switchboard } from '../switchboard.js';
import { NOT_FOUND, QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

/** When so many are left, or none, the device is asked for more. */
const FEW_LEFT = 4;

/** Others' keys, by which a device opens sessions with them. */
@Injectable()
export class KeyBundleQueries extends QueryFamily {
  readonly table: QueryTable = { 'encrypt/get/key': (query) => this.take(query) };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly bundles: KeyBundles,
    private readonly preKeys: PreKeysRepository,
    private readonly switchboard: Switchboard,
  ) {
    super();
  }

  private async take({ connection, subject }: QueryOfDevice): Promise<Reply> {
    const users: Stanza[] = [];
    for (const { attrs } of childrenOf(subject, 'user')) {
      users.push(await this.database.forTenant(connection.tenantId, (tx) => this.bundleFor(tx, attrs.jid ?? '')));
    }
    return { content: [stanza('list', {}, users)] };
  }

  private async bundleFor(tx: TenantTx, jid: string): Promise<Stanza> {
    const member = await this.directory.named(tx, jid);
    if (!member) return stanza('user', { jid }, [NOT_FOUND]);
    const bundle = await this.bundles.take(tx, member.device);
    if (member.device.device > 0) await this.warnWhenFew(tx, member.device);
    return stanza('user', { jid }, [registrationStanza(member.device), ...bundleStanzas(bundle)]);
  }

  /** Not queued: a device that is away counts its keys when it comes back. */
  private async warnWhenFew(tx: TenantTx, device: Device): Promise<void> {
    const left = await this.preKeys.count(tx, device);
    if (left !== FEW_LEFT && left !== 0) return;
    const notice = stanza('notification', { from: SERVER, type: 'encrypt', id: newStanzaId('N'), t: unixTime() }, [stanza('count', { value: left })]);
    tx.afterCommit(() => this.switchboard.of(tx.tenantId, device)?.send(notice));
  }
}
