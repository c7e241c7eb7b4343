import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { type Account, lidJid, numberJid, parseJid } from '../../protocol/addresses.js';
import { allChildrenOf, bytesOf, childOf, childrenOf, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import type { Device } from '../../store/devices.repository.js';
import { Directory } from '../../store/directory.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

interface Asked {
  jid: string;
  /** as it was typed, when a contact was asked for by number */
  phone: string | undefined;
}

/** Who exists, under which LID, with which devices (`usync`). */
@Injectable()
export class UserQueries extends QueryFamily {
  readonly table: QueryTable = { 'usync/get/usync': (query) => this.find(query) };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
  ) {
    super();
  }

  private async find({ connection, subject }: QueryOfDevice): Promise<Reply> {
    const protocols = allChildrenOf(childOf(subject, 'query') ?? stanza('query')).map(({ tag }) => tag);
    const asked = childrenOf(childOf(subject, 'list'), 'user').map(askedBy);
    const { accounts, devices } = await this.database.forTenant(connection.tenantId, async (tx) => {
      const accounts = await this.directory.accounts(tx, asked.flatMap(({ jid }) => parseJid(jid)?.user ?? []));
      return { accounts, devices: await this.directory.devicesOf(tx, accounts) };
    });
    const users = asked.map((user) => describe(user, protocols, accounts, devices));
    const { sid, context } = subject?.attrs ?? {};
    return { content: [stanza('usync', { sid, context, index: 0, last: 'true', mode: 'query' }, [stanza('result'), stanza('list', {}, users)])] };
  }
}

function askedBy(user: Stanza): Asked {
  const contact = childOf(user, 'contact');
  const phone = contact?.content === undefined ? undefined : bytesOf(contact).toString();
  return { jid: user.attrs.jid ?? numberJid({ number: (phone ?? '').replace('+', '') }), phone };
}

function describe({ jid, phone }: Asked, protocols: string[], accounts: Account[], devices: Device[]): Stanza {
  const user = parseJid(jid)?.user;
  const account = accounts.find(({ number, lid }) => number === user || lid === user);
  const answers: Record<string, () => Stanza | undefined> = {
    devices: () => account && deviceList(devices.filter(({ number }) => number === account.number)),
    // a number without a LID gets no session: every phone has one
    lid: () => account && stanza('lid', { val: lidJid(account) }),
    contact: () => stanza('contact', { type: account ? 'in' : 'out' }, phone && Buffer.from(phone)),
    status: () => account && stanza('status', { t: unixTime() }, Buffer.from('')),
  };
  return stanza('user', { jid }, protocols.flatMap((name) => answers[name]?.() ?? []));
}

function deviceList(devices: Device[]): Stanza {
  const entries = devices.map(({ device }) => stanza('device', { id: device, 'key-index': device || undefined }));
  return stanza('devices', {}, [stanza('device-list', {}, entries), stanza('key-index-list', { ts: unixTime() })]);
}
