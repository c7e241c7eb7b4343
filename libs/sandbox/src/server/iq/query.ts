import { allChildrenOf, stanza, type Stanza } from '../../protocol/stanza.js';
import type { Connection, Session } from '../connection.js';

/** What a client asks. */
export interface Query {
  connection: Connection;
  node: Stanza;
  /** the first stanza inside it: what exactly is asked */
  subject: Stanza | undefined;
}

export interface QueryOfDevice extends Query {
  session: Session;
}

export interface Reply {
  content?: Stanza[];
  /** the query is refused; `content` says why */
  refused?: boolean;
  /** to be done once the reply is on its way */
  afterwards?: () => Promise<void>;
}

/** Answers queries; each family of them is a table from `namespace/type/subject` to a handler. */
export type QueryTable = Record<string, (query: QueryOfDevice) => Reply | Promise<Reply>>;

export abstract class QueryFamily {
  abstract readonly table: QueryTable;
}

export const NOT_FOUND = stanza('error', { code: 404, text: 'item-not-found' });
export const ITEM_NOT_FOUND: Reply = { refused: true, content: [NOT_FOUND] };

/** How the tables name a query, for example `encrypt/get/count`. */
export function nameOf(node: Stanza): string {
  return `${node.attrs.xmlns ?? ''}/${node.attrs.type ?? ''}/${allChildrenOf(node)[0]?.tag ?? ''}`;
}
