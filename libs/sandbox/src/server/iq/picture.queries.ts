import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { bytesOf, stanza, type Stanza } from '../../protocol/stanza.js';
import { assertSmall } from '../profile/assert-small.js';
import { groupIdOf, isGroupJid } from '../groups/group.js';
import { MediaServer } from '../media/media-server.js';
import { Gallery } from '../profile/gallery.js';
import { Pictures } from '../profile/pictures.js';
import { QueryFamily, type QueryOfDevice, type QueryTable } from './query.js';
import { withRefusals } from './refusals.js';

/** Pictures of people and groups: looked at, set and taken away. */
@Injectable()
export class PictureQueries extends QueryFamily {
  readonly table: QueryTable = {
    'w:profile:picture/get/picture': this.answering((tx, query) => this.look(tx, query)),
    'w:profile:picture/set/picture': this.answering((tx, query) => this.set(tx, query)),
    'w:profile:picture/set/': this.answering((tx, query) => this.put(tx, query, null)),
  };

  constructor(
    private readonly database: Database,
    private readonly gallery: Gallery,
    private readonly pictures: Pictures,
    private readonly server: MediaServer,
  ) {
    super();
  }

  private answering(handler: (tx: TenantTx, query: QueryOfDevice) => Promise<Stanza[]>): QueryTable[string] {
    return withRefusals(async (query) => ({ content: await this.database.forTenant(query.connection.tenantId, (tx) => handler(tx, query)) }));
  }

  private async look(tx: TenantTx, { session, node, subject }: QueryOfDevice): Promise<Stanza[]> {
    const { id, path } = await this.gallery.look(tx, session.account, node.attrs.target ?? '');
    return [stanza('picture', { id, type: subject?.attrs.type, url: `https://${this.server.host}${path}`, direct_path: path })];
  }

  private async set(tx: TenantTx, query: QueryOfDevice): Promise<Stanza[]> {
    return this.put(tx, query, assertSmall(bytesOf(query.subject)));
  }

  private async put(tx: TenantTx, { session, node }: QueryOfDevice, image: Buffer | null): Promise<Stanza[]> {
    const { target } = node.attrs;
    const id = isGroupJid(target)
      ? await this.pictures.setOfGroup(tx, session.account, groupIdOf(target), image)
      : await this.pictures.setOwn(tx, session.account, image);
    return id === null ? [] : [stanza('picture', { id, type: 'image' })];
  }
}
