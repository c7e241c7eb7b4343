import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { type Account, parseJid } from '../../protocol/addresses.js';
import { stanza, type Stanza } from '../../protocol/stanza.js';
import { Directory } from '../../store/directory.js';
import { ProfilesRepository } from '../../store/profiles.repository.js';
import type { Connection } from '../connection.js';
import { Presences, type Watcher } from './presences.js';
import { type Sight, Visibility } from './visibility.js';

/** Who comes and goes, for those who want to know. */
@Injectable()
export class Attendance {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly profiles: ProfilesRepository,
    private readonly presences: Presences,
    private readonly visibility: Visibility,
  ) {}

  /** A device or the phone says that it is there, or not any more. When it was there last outlives this process. */
  async announce(tenantId: TenantId, { number }: Pick<Account, 'number'>, who: Connection | 'phone', available: boolean): Promise<void> {
    if (!this.presences.announce(tenantId, number, who, available)) return;
    await this.database.repeatableForTenant(tenantId, (tx) => this.profiles.see(tx, number));
    await this.tell(tenantId, number, this.presences.watchersOf(tenantId, number));
  }

  /** At once it is told how things are. Nobody known: nothing will ever be told. */
  async watch(connection: Connection, jid: string): Promise<void> {
    const { tenantId } = connection;
    const [account] = await this.database.forTenant(tenantId, (tx) => this.directory.byJid(tx, [jid]));
    if (!account || parseJid(jid)?.device !== 0) return;
    this.presences.watch(tenantId, account.number, { connection, jid });
    await this.tell(tenantId, account.number, [{ connection, jid }]);
  }

  /** Never throws: at the end of a process nobody is left to be told. */
  forget(connection: Connection): void {
    const number = connection.session?.address.number;
    if (!this.presences.forget(connection) || number === undefined) return;
    const watchers = this.presences.watchersOf(connection.tenantId, number);
    if (watchers.length > 0) void this.tell(connection.tenantId, number, watchers).catch(() => undefined);
  }

  private async tell(tenantId: TenantId, number: string, watchers: Watcher[]): Promise<void> {
    for (const { connection, jid } of watchers) {
      const viewer = connection.session?.address.number ?? '';
      const sight = await this.database.forTenant(tenantId, (tx) => this.visibility.of(tx, number, viewer));
      if (sight) connection.send(presenceStanza(jid, sight));
    }
  }
}

function presenceStanza(jid: string, { online, lastSeen, mayKnowLastSeen }: Sight): Stanza {
  if (online) return stanza('presence', { from: jid });
  const last = mayKnowLastSeen ? lastSeen && Math.floor(lastSeen.getTime() / 1000) : 'deny';
  return stanza('presence', { from: jid, type: 'unavailable', last: last ?? undefined });
}
