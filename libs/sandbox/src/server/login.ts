import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import { type Account, type DeviceAddress, lidJid } from '../protocol/addresses.js';
import { stanza, unixTime } from '../protocol/stanza.js';
import { Directory } from '../store/directory.js';
import type { Connection } from './connection.js';
import type { FaultKind } from './fault-kinds.js';
import { WORDS_AT_LOGIN } from './fault-words.js';
import { FeedFactory } from './feed-factory.js';
import { lastWords } from './last-words.js';
import { secondsLeft, StandingFaults } from './standing-faults.js';
import { Switchboard } from './switchboard.js';

const LOGIN_FAULTS = Object.keys(WORDS_AT_LOGIN) as FaultKind[];

/** Lets a linked device in: the same number, device and handshake key as when it was linked. */
@Injectable()
export class Login {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly faults: StandingFaults,
    private readonly feeds: FeedFactory,
    private readonly switchboard: Switchboard,
  ) {}

  async attempt(connection: Connection, payload: proto.IClientPayload, clientKey: Buffer): Promise<void> {
    const address = { number: String(payload.username), device: payload.device ?? 0 };
    if (this.isRefused(connection, address.number)) return;
    const account = await this.linkedAccount(connection, address, clientKey);
    if (!account) return connection.end(lastWords.notLinked());
    this.admit(connection, account, address);
  }

  /** By a fault that lasts. */
  private isRefused(connection: Connection, number: string): boolean {
    const standing = (kind: FaultKind) => this.faults.find(connection.tenantId, kind, number);
    const silence = standing('blackhole') ?? standing('login_blackhole');
    const kind = LOGIN_FAULTS.find(standing);
    if (silence) connection.silence(secondsLeft(silence));
    else if (kind) connection.end(WORDS_AT_LOGIN[kind]!(standing(kind)!));
    else return false;
    return true;
  }

  private async linkedAccount({ tenantId }: Connection, address: DeviceAddress, clientKey: Buffer): Promise<Account | null> {
    const member = await this.database.forTenant(tenantId, (tx) => this.directory.member(tx, address));
    return member?.device.noiseKey?.equals(clientKey) ? member.account : null;
  }

  private admit(connection: Connection, account: Account, address: DeviceAddress): void {
    connection.session = { account, address, feed: this.feeds.make(connection, address) };
    this.switchboard.connect(connection, address)?.end(lastWords.replaced());
    connection.send(stanza('success', { t: unixTime(), lid: lidJid(account, address.device), location: 'frc' }));
  }
}
