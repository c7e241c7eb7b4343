import { Injectable } from '@nestjs/common';
import { stanza } from '../../protocol/stanza.js';
import { MediaAddresses } from '../media/media-addresses.js';
import { LARGEST_MEDIA } from '../media/media-desk.js';
import { MediaServer } from '../media/media-server.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

const HOUR = 3_600;

/** Where files are kept, and the pass by which a device uploads. */
@Injectable()
export class MediaQueries extends QueryFamily {
  readonly table: QueryTable = { 'w:m/set/media_conn': (query) => this.connect(query) };

  constructor(
    private readonly server: MediaServer,
    private readonly addresses: MediaAddresses,
  ) {
    super();
  }

  private async connect({ connection }: QueryOfDevice): Promise<Reply> {
    const auth = await this.addresses.passFor(connection.tenantId);
    const host = stanza('host', { hostname: this.server.host, maxContentLengthBytes: LARGEST_MEDIA });
    return { content: [stanza('media_conn', { auth, ttl: HOUR, auth_ttl: 6 * HOUR, max_buckets: 12 }, [host])] };
  }
}
