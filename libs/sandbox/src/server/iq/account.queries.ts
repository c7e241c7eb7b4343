import { Injectable } from '@nestjs/common';
import { childOf, childrenOf, stanza } from '../../protocol/stanza.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

const PRIVACY = ['readreceipts', 'profile', 'status', 'online', 'last', 'groupadd', 'calladd'];

/** Settings of an account. A simulated one has none: everything is open, empty and stays so. */
@Injectable()
export class AccountQueries extends QueryFamily {
  readonly table: QueryTable = {
    'abt/get/props': () => ({ content: [stanza('props', { protocol: 1, hash: 'sandbox' }, [])] }),
    'blocklist/get/': () => ({ content: [stanza('list', {}, [])] }),
    'privacy/get/privacy': () => ({ content: [stanza('privacy', {}, PRIVACY.map((name) => stanza('category', { name, value: 'all' })))] }),
    'privacy/set/tokens': () => ({}),
    'w:sync:app:state/set/sync': synchronise,
    'w:m/set/media_conn': () => ({ content: [stanza('media_conn', { auth: 'sandbox', ttl: 3600, auth_ttl: 21_600, max_buckets: 12 }, [])] }),
  };
}

/** Settings are accepted and not kept: the version counts on, the contents are gone. */
function synchronise({ subject }: QueryOfDevice): Reply {
  const collections = childrenOf(subject, 'collection').map((collection) => {
    const version = Number(collection.attrs.version ?? 0) + (childOf(collection, 'patch') ? 1 : 0);
    return stanza('collection', { name: collection.attrs.name, version });
  });
  return { content: [stanza('sync', {}, collections)] };
}
