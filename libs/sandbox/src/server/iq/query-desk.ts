import { Injectable } from '@nestjs/common';
import { allChildrenOf, SERVER, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import type { Connection, Session } from '../connection.js';
import { QueryFamilies } from './query-families.js';
import { nameOf, type QueryTable, type Reply } from './query.js';

/** Answers what a linked device asks. A question that the sandbox does not know gets an empty answer: a client waits for every one. */
@Injectable()
export class QueryDesk {
  private readonly table: QueryTable;

  constructor({ all }: QueryFamilies) {
    this.table = Object.assign({}, ...all.map(({ table }) => table)) as QueryTable;
  }

  async answer(connection: Connection, session: Session, node: Stanza): Promise<void> {
    const handler = this.table[nameOf(node)];
    const reply: Reply = (await handler?.({ connection, session, node, subject: allChildrenOf(node)[0] })) ?? {};
    connection.send(replyTo(node, reply));
    await reply.afterwards?.();
  }
}

/** The stanza that answers a query. */
export function replyTo({ attrs }: Stanza, { refused, content }: Reply): Stanza {
  return stanza('iq', { from: attrs.to ?? SERVER, id: attrs.id, type: refused ? 'error' : 'result', t: unixTime() }, content);
}
