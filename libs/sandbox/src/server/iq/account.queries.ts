import { Injectable } from '@nestjs/common';
import { stanza } from '../../protocol/stanza.js';
import { QueryFamily, type QueryTable } from './query.js';

/** What WhatsApp tells every account alike, and tokens that nothing here asks for. */
@Injectable()
export class AccountQueries extends QueryFamily {
  readonly table: QueryTable = {
    'abt/get/props': () => ({ content: [stanza('props', { protocol: 1, hash: 'sandbox' }, [])] }),
    'privacy/set/tokens': () => ({}),
  };
}
