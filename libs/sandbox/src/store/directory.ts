import { Injectable } from '@nestjs/common';
import type { TenantSql } from '#libs/contracts';
import { type Account, type DeviceAddress, parseJid } from '../protocol/addresses.js';
import { type Device, DevicesRepository } from './devices.repository.js';
import { PhonesRepository } from './phones.repository.js';

/** A device and the account it belongs to. */
export interface Member {
  account: Account;
  device: Device;
}

/** Who is who: accounts and their devices, by whatever they are named. */
@Injectable()
export class Directory {
  constructor(
    private readonly phones: PhonesRepository,
    private readonly devices: DevicesRepository,
  ) {}

  account(tx: TenantSql, number: string): Promise<Account | null> {
    return this.phones.find(tx, number);
  }

  /** Whoever is meant by these numbers or LIDs; unknown ones are left out. */
  accounts(tx: TenantSql, users: string[]): Promise<Account[]> {
    return this.phones.named(tx, users);
  }

  /** Who each of these JIDs is, by number or LID; undefined where nobody is. */
  async byJid(tx: TenantSql, jids: (string | undefined)[]): Promise<(Account | undefined)[]> {
    const users = jids.map((jid) => parseJid(jid)?.user);
    const accounts = await this.phones.named(tx, users.filter((user) => user !== undefined));
    return users.map((user) => accounts.find(({ number, lid }) => number === user || lid === user));
  }

  devicesOf(tx: TenantSql, accounts: Pick<Account, 'number'>[]): Promise<Device[]> {
    return this.devices.of(tx, accounts.map(({ number }) => number));
  }

  async member(tx: TenantSql, address: DeviceAddress): Promise<Member | null> {
    const account = await this.phones.find(tx, address.number);
    const device = account && (await this.devices.find(tx, address));
    return device && { account, device };
  }

  /** The device that a JID names, by number or LID. */
  async named(tx: TenantSql, jid: string | undefined): Promise<Member | null> {
    const parsed = parseJid(jid);
    const [account] = parsed ? await this.phones.named(tx, [parsed.user]) : [];
    return account && parsed ? this.member(tx, { number: account.number, device: parsed.device }) : null;
  }
}
