import { Injectable } from '@nestjs/common';
import { parseJid } from '../protocol/addresses.js';
import { allChildrenOf, bytesOf, childOf, stanza, type Stanza } from '../protocol/stanza.js';
import type { Connection } from './connection.js';
import { replyTo } from './iq/query-desk.js';
import { PairingByCode } from './pairing-by-code.js';
import { PairingByQr } from './pairing-by-qr.js';

const LINK_CODE = 'link_code_companion_reg';

/** What a client may ask before it is anybody's device: whether we are there, and to be linked by a code. */
@Injectable()
export class UnpairedDesk {
  constructor(
    private readonly byQr: PairingByQr,
    private readonly byCode: PairingByCode,
  ) {}

  answer(connection: Connection, query: Stanza): void {
    const [subject] = allChildrenOf(query);
    if (subject?.tag === LINK_CODE && subject.attrs.stage === 'companion_hello') this.begin(connection, query, subject);
    else if (subject?.tag === LINK_CODE) this.finish(connection, query, subject);
    else connection.send(replyTo(query, {}));
  }

  private begin(connection: Connection, query: Stanza, hello: Stanza): void {
    const candidate = this.byQr.candidateOf(connection);
    const number = parseJid(hello.attrs.jid)?.user;
    const wrapped = bytesOf(childOf(hello, 'link_code_pairing_wrapped_companion_ephemeral_pub'));
    if (candidate && number) this.byCode.request(candidate, number, wrapped);
    const ref = stanza('link_code_pairing_ref', {}, Buffer.from(query.attrs.id ?? ''));
    connection.send(replyTo(query, { content: [stanza(LINK_CODE, { stage: hello.attrs.stage }, [ref])] }));
  }

  private finish(connection: Connection, query: Stanza, finish: Stanza): void {
    const keyBundle = bytesOf(childOf(finish, 'link_code_pairing_wrapped_key_bundle'));
    const companionIdentity = bytesOf(childOf(finish, 'companion_identity_public'));
    connection.send(replyTo(query, {}));
    this.byCode.finish(connection, { keyBundle, companionIdentity });
  }
}
