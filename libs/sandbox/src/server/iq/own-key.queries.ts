import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { registrationStanza } from '../../phone/key-bundles.js';
import type { SignedPreKey } from '../../protocol/registration.js';
import { bytesOf, childOf, childrenOf, numberOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { DevicesRepository } from '../../store/devices.repository.js';
import { PreKeysRepository } from '../../store/pre-keys.repository.js';
import { ITEM_NOT_FOUND, QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

/** A device's own keys, which it leaves with the server for others to open sessions by. */
@Injectable()
export class OwnKeyQueries extends QueryFamily {
  readonly table: QueryTable = {
    'encrypt/get/count': (query) => this.count(query),
    'encrypt/get/digest': (query) => this.digest(query),
    'encrypt/set/registration': (query) => this.upload(query),
    'encrypt/set/rotate': (query) => this.rotate(query),
  };

  constructor(
    private readonly database: Database,
    private readonly devices: DevicesRepository,
    private readonly preKeys: PreKeysRepository,
  ) {
    super();
  }

  private async count({ connection, session }: QueryOfDevice): Promise<Reply> {
    const value = await this.database.forTenant(connection.tenantId, (tx) => this.preKeys.count(tx, session.address));
    return { content: [stanza('count', { value })] };
  }

  private async digest({ connection, session }: QueryOfDevice): Promise<Reply> {
    const device = await this.database.forTenant(connection.tenantId, (tx) => this.devices.find(tx, session.address));
    if (!device) return ITEM_NOT_FOUND;
    return { content: [stanza('digest', {}, [registrationStanza(device), stanza('identity', {}, device.identityKey)])] };
  }

  private async upload({ connection, session, node }: QueryOfDevice): Promise<Reply> {
    const preKeys = childrenOf(childOf(node, 'list'), 'key').map((key) => ({ id: numberIn(key, 'id'), key: bytesOf(childOf(key, 'value')) }));
    await this.database.forTenant(connection.tenantId, async (tx) => {
      await this.devices.replaceSignedPreKey(tx, session.address, signedPreKeyIn(node));
      await this.preKeys.add(tx, session.address, preKeys);
    });
    return {};
  }

  private async rotate({ connection, session, subject }: QueryOfDevice): Promise<Reply> {
    await this.database.forTenant(connection.tenantId, (tx) => this.devices.replaceSignedPreKey(tx, session.address, signedPreKeyIn(subject)));
    return {};
  }
}

function signedPreKeyIn(parent: Stanza | undefined): SignedPreKey {
  const signed = childOf(parent, 'skey');
  return { id: numberIn(signed, 'id'), key: bytesOf(childOf(signed, 'value')), signature: bytesOf(childOf(signed, 'signature')) };
}

function numberIn(parent: Stanza | undefined, tag: string): number {
  return numberOf(bytesOf(childOf(parent, tag)));
}
