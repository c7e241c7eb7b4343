import { Injectable } from '@nestjs/common';
import { Database, type TenantTx } from '#libs/platform';
import { type Account, lidJid, numberJid, parseJid } from '../../protocol/addresses.js';
import { allChildrenOf, bytesOf, childOf, childrenOf, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import type { Device } from '../../store/devices.repository.js';
import { Directory } from '../../store/directory.js';
import { type Sight, Visibility } from '../presence/visibility.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

interface Asked {
  jid: string;
  /** as it was typed, when a contact was asked for by number */
  phone: string | undefined;
}

interface Known {
  accounts: Account[];
  devices: Device[];
  /** how the asking account sees them, by number */
  sights: Map<string, Sight>;
}

/** Who exists, under which LID, with which devices and status text (`usync`). */
@Injectable()
export class UserQueries extends QueryFamily {
  readonly table: QueryTable = { 'usync/get/usync': (query) => this.find(query) };

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly visibility: Visibility,
  ) {
    super();
  }

  private async find({ connection, session, subject }: QueryOfDevice): Promise<Reply> {
    const protocols = allChildrenOf(childOf(subject, 'query') ?? stanza('query')).map(({ tag }) => tag);
    const asked = childrenOf(childOf(subject, 'list'), 'user').map(askedBy);
    const known = await this.database.forTenant(connection.tenantId, async (tx) => {
      const accounts = await this.directory.accounts(tx, asked.flatMap(({ jid }) => parseJid(jid)?.user ?? []));
      const sights = protocols.includes('status') ? await this.look(tx, accounts, session.account) : new Map<string, Sight>();
      return { accounts, devices: await this.directory.devicesOf(tx, accounts), sights };
    });
    const users = asked.map((user) => describe(user, protocols, known));
    const { sid, context } = subject?.attrs ?? {};
    return { content: [stanza('usync', { sid, context, index: 0, last: 'true', mode: 'query' }, [stanza('result'), stanza('list', {}, users)])] };
  }

  private async look(tx: TenantTx, accounts: Account[], viewer: Account): Promise<Map<string, Sight>> {
    const sights = new Map<string, Sight>();
    for (const { number } of accounts) {
      const sight = await this.visibility.of(tx, number, viewer.number);
      if (sight) sights.set(number, sight);
    }
    return sights;
  }
}

function askedBy(user: Stanza): Asked {
  const contact = childOf(user, 'contact');
  const phone = contact?.content === undefined ? undefined : bytesOf(contact).toString();
  return { jid: user.attrs.jid ?? numberJid({ number: (phone ?? '').replace('+', '') }), phone };
}

function describe({ jid, phone }: Asked, protocols: string[], { accounts, devices, sights }: Known): Stanza {
  const user = parseJid(jid)?.user;
  const account = accounts.find(({ number, lid }) => number === user || lid === user);
  const answers: Record<string, () => Stanza | undefined> = {
    devices: () => account && deviceList(devices.filter(({ number }) => number === account.number)),
    // a number without a LID gets no session: every phone has one
    lid: () => account && stanza('lid', { val: lidJid(account) }),
    contact: () => stanza('contact', { type: account ? 'in' : 'out' }, phone && Buffer.from(phone)),
    status: () => account && statusStanza(sights.get(account.number)),
  };
  return stanza('user', { jid }, protocols.flatMap((name) => answers[name]?.() ?? []));
}

/** 401: it does not let this one see it. */
function statusStanza(sight: Sight | undefined): Stanza {
  if (sight?.about == null) return stanza('status', { code: 401 });
  return stanza('status', { t: sight.aboutAt ? Math.floor(sight.aboutAt.getTime() / 1000) : 0 }, Buffer.from(sight.about));
}

function deviceList(devices: Device[]): Stanza {
  const entries = devices.map(({ device }) => stanza('device', { id: device, 'key-index': device || undefined }));
  return stanza('devices', {}, [stanza('device-list', {}, entries), stanza('key-index-list', { ts: unixTime() })]);
}
