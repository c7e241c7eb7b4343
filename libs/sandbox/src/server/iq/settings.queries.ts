import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { bytesOf, childOf, childrenOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { AppState } from '../app-state/app-state.js';
import { COLLECTIONS } from '../app-state/collection.js';
import type { Session } from '../connection.js';
import { QueryFamily, type QueryTable } from './query.js';
import { withRefusals } from './refusals.js';

/** An account's settings, as its devices fetch and change them. */
@Injectable()
export class SettingsQueries extends QueryFamily {
  readonly table: QueryTable = {
    'w:sync:app:state/set/sync': withRefusals(async ({ connection, session, subject }) => {
      const answers = await this.database.forTenant(connection.tenantId, (tx) => this.synchronise(tx, session, childrenOf(subject, 'collection')));
      return { content: [stanza('sync', {}, answers)] };
    }),
  };

  constructor(
    private readonly database: Database,
    private readonly appState: AppState,
  ) {
    super();
  }

  private async synchronise(tx: TenantTx, session: Session, collections: Stanza[]): Promise<Stanza[]> {
    const answers: Stanza[] = [];
    for (const collection of collections) answers.push(await this.answer(tx, session, collection));
    return answers;
  }

  /** A collection that is none is empty and stays so. */
  private async answer(tx: TenantTx, { account, address }: Session, collection: Stanza): Promise<Stanza> {
    const name = COLLECTIONS.find((one) => one === collection.attrs.name);
    const version = Number(collection.attrs.version ?? 0);
    const patch = childOf(collection, 'patch');
    if (!name) return stanza('collection', { name: collection.attrs.name, version });
    if (patch) return stanza('collection', { name, version: await this.appState.take(tx, account, address.device, { name, version, patch: bytesOf(patch) }) });
    const missing = await this.appState.missing(tx, account, name, version);
    const patches = missing.patches.map((one) => stanza('patch', {}, one));
    return stanza('collection', { name, version: missing.version, has_more_patches: 'false' }, patches.length > 0 ? [stanza('patches', {}, patches)] : []);
  }
}
