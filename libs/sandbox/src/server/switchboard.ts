import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';
import type { Connection } from './connection.js';
import { Doorbell } from './doorbell.js';

/** Which connection serves which device: at most one each. */
@Injectable()
export class Switchboard {
  private readonly lines = new Map<string, Connection>();
  private readonly accounts = new Map<string, Set<Connection>>();

  constructor(doorbell: Doorbell) {
    doorbell.onRing((tenantId, address) => this.of(tenantId, address)?.session?.feed.wake());
  }

  /** Takes the line for this connection and returns who had it. The connection must be logged in. */
  connect(connection: Connection, address: DeviceAddress): Connection | undefined {
    const key = keyOf(connection.tenantId, address);
    const previous = this.lines.get(key);
    this.lines.set(key, connection);
    const account = accountKeyOf(connection.tenantId, address);
    this.accounts.set(account, (this.accounts.get(account) ?? new Set()).add(connection));
    return previous;
  }

  disconnect(connection: Connection): void {
    if (!connection.session) return;
    const key = keyOf(connection.tenantId, connection.session.address);
    if (this.lines.get(key) === connection) this.lines.delete(key);
    const account = accountKeyOf(connection.tenantId, connection.session.address);
    const others = this.accounts.get(account);
    others?.delete(connection);
    if (others?.size === 0) this.accounts.delete(account);
  }

  /** Every connection of an account's devices. */
  ofAccount(tenantId: TenantId, number: string): Connection[] {
    return [...(this.accounts.get(accountKeyOf(tenantId, { number })) ?? [])];
  }

  of(tenantId: TenantId, address: DeviceAddress): Connection | undefined {
    return this.lines.get(keyOf(tenantId, address));
  }
}

function accountKeyOf(tenantId: TenantId, { number }: Pick<DeviceAddress, 'number'>): string {
  return `${tenantId}/${number}`;
}

function keyOf(tenantId: TenantId, { number, device }: DeviceAddress): string {
  return `${tenantId}/${number}:${device}`;
}
