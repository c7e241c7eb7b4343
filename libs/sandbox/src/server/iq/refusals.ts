import { Problem } from '#libs/platform';
import { stanza } from '../../protocol/stanza.js';
import type { QueryOfDevice, Reply } from './query.js';

/** Does as asked, or refuses in the client's language what a rule forbids. */
export function withRefusals(handler: (query: QueryOfDevice) => Promise<Reply>): (query: QueryOfDevice) => Promise<Reply> {
  return async (query) => {
    try {
      return await handler(query);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { refused: true, content: [stanza('error', { code: error.doc.status, text: error.doc.code.replace('sandbox.', '') })] };
    }
  };
}
