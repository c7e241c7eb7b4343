import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { Connection } from '../connection.js';

/** Somebody at work in a chat. */
export type Typing = 'composing' | 'recording';

/** A connection that wants to know when an account comes and goes. */
export interface Watcher {
  connection: Connection;
  /** as the watcher named the account */
  jid: string;
}

interface Attendance {
  /** connections that said they are available */
  devices: Set<Connection>;
  /** the phone itself is */
  phone: boolean;
  watchers: Map<Connection, Watcher>;
  /** by JID of the chat */
  typing: Map<string, Typing>;
}

/** Who is there, who types, and who wants to know. In memory only: a restart finds everybody away, as a line that is cut does. */
@Injectable()
export class Presences {
  private readonly known = new Map<string, Attendance>();
  /** when accounts went, since this process began */
  private readonly left = new Map<string, Date>();
  private readonly watched = new WeakMap<Connection, Set<string>>();

  /** Whether the account came or went with this. */
  announce(tenantId: TenantId, number: string, who: Connection | 'phone', available: boolean): boolean {
    const attendance = this.of(keyOf(tenantId, number));
    const before = isOnline(attendance);
    if (who === 'phone') attendance.phone = available;
    else if (available) attendance.devices.add(who);
    else attendance.devices.delete(who);
    const after = isOnline(attendance);
    if (before && !after) this.left.set(keyOf(tenantId, number), new Date());
    if (!after) attendance.typing.clear();
    this.tidy(keyOf(tenantId, number), attendance);
    return before !== after;
  }

  watch(tenantId: TenantId, number: string, watcher: Watcher): void {
    const key = keyOf(tenantId, number);
    this.of(key).watchers.set(watcher.connection, watcher);
    this.watched.set(watcher.connection, (this.watched.get(watcher.connection) ?? new Set()).add(key));
  }

  watchersOf(tenantId: TenantId, number: string): Watcher[] {
    return [...(this.known.get(keyOf(tenantId, number))?.watchers.values() ?? [])];
  }

  /** Null: not at work any more. */
  types(tenantId: TenantId, number: string, chat: string, what: Typing | null): void {
    const attendance = this.of(keyOf(tenantId, number));
    if (what) attendance.typing.set(chat, what);
    else attendance.typing.delete(chat);
    this.tidy(keyOf(tenantId, number), attendance);
  }

  isOnline(tenantId: TenantId, number: string): boolean {
    const attendance = this.known.get(keyOf(tenantId, number));
    return attendance !== undefined && isOnline(attendance);
  }

  typing(tenantId: TenantId, number: string, chat: string): Typing | null {
    return this.known.get(keyOf(tenantId, number))?.typing.get(chat) ?? null;
  }

  /** When an account went; null: it did not since this process began. */
  leftAt(tenantId: TenantId, number: string): Date | null {
    return this.left.get(keyOf(tenantId, number)) ?? null;
  }

  /** The connection is gone, and watches nobody any more. Whether its account went with it. */
  forget(connection: Connection): boolean {
    for (const key of this.watched.get(connection) ?? []) {
      const attendance = this.known.get(key);
      attendance?.watchers.delete(connection);
      if (attendance) this.tidy(key, attendance);
    }
    const { session, tenantId } = connection;
    return session !== null && this.announce(tenantId, session.address.number, connection, false);
  }

  private of(key: string): Attendance {
    const known = this.known.get(key) ?? { devices: new Set(), phone: false, watchers: new Map(), typing: new Map() };
    this.known.set(key, known);
    return known;
  }

  private tidy(key: string, attendance: Attendance): void {
    if (!isOnline(attendance) && attendance.watchers.size === 0 && attendance.typing.size === 0) this.known.delete(key);
  }
}

function isOnline({ devices, phone }: Attendance): boolean {
  return phone || devices.size > 0;
}

function keyOf(tenantId: TenantId, number: string): string {
  return `${tenantId}/${number}`;
}
