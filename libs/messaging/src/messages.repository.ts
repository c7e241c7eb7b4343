import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, type MessageId, newId, type TenantSql, uuidOf } from '#libs/contracts';
import { type DataKey, InstanceKeyMissing, InstanceKeys, type TenantTx } from '#libs/platform';
import type { Message, MessageStatus } from './message.js';

export interface NewMessage {
  chat: string;
  participant: string | null;
  fromMe: boolean;
  type: string;
  text: string | null;
  status: MessageStatus;
  whatsappId: string;
  timestamp: Date;
  /** the protobuf `Message` */
  original: Uint8Array;
}

/** What is sealed together: whom it is with and what it says. */
interface Content {
  chat: string | null;
  participant: string | null;
  text: string | null;
}

interface MessageRow {
  id: string;
  whatsapp_id: string;
  from_me: boolean;
  type: string;
  status: MessageStatus;
  sent_at: Date;
  /** null: erased by age */
  content: Uint8Array | null;
  content_erased_at: Date | null;
  error: string | null;
}

const ERASED: Content = { chat: null, participant: null, text: null };

/** Nothing of a message is stored readable but its time, kind and state: chat, author, text and original are sealed under the instance's key. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly keys: InstanceKeys) {}

  /**
   * One statement for the whole batch; what is there already stays as it is. Returns the ids of those that are new. Nothing is written once
   * the instance's key is gone, and none goes before the commit: the locks are those of a purge, in its order.
   * @param held the key, where it is known without asking @throws InstanceKeyMissing
   */
  async insert(tx: TenantTx, instanceId: InstanceId, messages: NewMessage[], held?: DataKey): Promise<MessageId[]> {
    // who has the key asks at once
    const key = held ?? (await this.keys.of(tx, instanceId));
    const rows = messages.map((message) => ({ id: newId('msg'), ...message }));
    const [inserted] = await tx.query<[{ keyed: boolean; ids: string[] }]>`
      WITH instance AS MATERIALIZED (
        SELECT h.tenant_id, h.instance_id FROM instance_heads h JOIN instance_payload p ON p.tenant_id = h.tenant_id AND p.instance_id = h.instance_id
        WHERE h.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND h.instance_id = ${uuidOf(instanceId)}::uuid FOR KEY SHARE),
      inserted AS (
        INSERT INTO messages (tenant_id, instance_id, id, chat_hash, whatsapp_id, from_me, type, status, sent_at, content, original)
        SELECT instance.tenant_id, instance.instance_id, new.* FROM instance, unnest(
          ${rows.map(({ id }) => uuidOf(id))}::uuid[], ${rows.map(({ chat }) => key.hash('chat', chat))}::bytea[],
          ${rows.map(({ whatsappId }) => whatsappId)}::text[], ${rows.map(({ fromMe }) => fromMe)}::boolean[],
          ${rows.map(({ type }) => type)}::text[], ${rows.map(({ status }) => status)}::text[],
          ${rows.map(({ timestamp }) => timestamp.toISOString())}::timestamptz[],
          ${rows.map((row) => sealContent(key, row.id, row))}::bytea[],
          ${rows.map(({ id, original }) => key.seal(`message|${id}|original`, original))}::bytea[]) AS new
        ON CONFLICT (tenant_id, instance_id, chat_hash, whatsapp_id, from_me) DO NOTHING
        RETURNING id, sent_at),
      -- While a deadline is past, somebody may be erasing: then it is said again, on what they leave.
      sooner AS (
        UPDATE message_deadlines d SET due_at = LEAST(d.due_at, new.sent_at + d.keep_ms * interval '1 millisecond')
        FROM (SELECT min(sent_at) AS sent_at FROM inserted) AS new
        WHERE d.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND d.instance_id = ${uuidOf(instanceId)}::uuid AND new.sent_at IS NOT NULL
          AND (d.due_at IS NULL OR d.due_at > new.sent_at + d.keep_ms * interval '1 millisecond' OR d.due_at <= (SELECT tenure_now())))
      SELECT EXISTS (SELECT 1 FROM instance) AS keyed, ARRAY(SELECT id FROM inserted) AS ids`;
    if (!inserted.keyed) throw new InstanceKeyMissing(instanceId);
    return inserted.ids.map((id) => idFrom('msg', id));
  }

  async count(tx: TenantSql, instanceId: InstanceId, most: number): Promise<number> {
    const [row] = await tx.query<[{ n: number }]>`
      SELECT count(*)::int AS n FROM (
        SELECT 1 FROM messages WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid LIMIT ${most}) AS counted`;
    return row.n;
  }

  /** Of a purged instance: at most so many. Returns how many. */
  erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<number> {
    return tx.execute`
      DELETE FROM messages WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND id IN (
        SELECT id FROM messages WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid LIMIT ${limit})`;
  }

  async findByWhatsappId(tx: TenantTx, instanceId: InstanceId, chat: string, whatsappId: string, fromMe: boolean): Promise<Message | null> {
    const key = await this.keys.of(tx, instanceId);
    const [row] = await tx.query<MessageRow[]>`
      SELECT id, whatsapp_id, from_me, type, status, sent_at, content, content_erased_at, error FROM messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        AND chat_hash = ${key.hash('chat', chat)} AND whatsapp_id = ${whatsappId} AND from_me = ${fromMe}`;
    return row ? toMessage(key, instanceId, row) : null;
  }

  /** The protobuf of one of our own messages, for a recipient who asks for it again. */
  async findOriginal(tx: TenantTx, instanceId: InstanceId, chat: string, whatsappId: string): Promise<Uint8Array | null> {
    const key = await this.keys.of(tx, instanceId);
    const [row] = await tx.query<{ id: string; original: Uint8Array | null }[]>`
      SELECT id, original FROM messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        AND chat_hash = ${key.hash('chat', chat)} AND whatsapp_id = ${whatsappId} AND from_me`;
    return row?.original ? key.open(`message|${idFrom('msg', row.id)}|original`, row.original) : null;
  }

  /** Newest first, before a message (null: from the newest). None when the key of the instance was destroyed. */
  async list(tx: TenantTx, instanceId: InstanceId, before: { sentAt: Date; id: MessageId } | null, limit: number): Promise<Message[]> {
    const key = await this.keys.find(tx, instanceId);
    if (!key) return [];
    const rows = await tx.query<MessageRow[]>`
      SELECT id, whatsapp_id, from_me, type, status, sent_at, content, content_erased_at, error FROM messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        AND (${before?.sentAt ?? null}::timestamptz IS NULL
          OR (sent_at, id) < (${before?.sentAt ?? null}::timestamptz, ${before ? uuidOf(before.id) : null}::uuid))
      ORDER BY sent_at DESC, id DESC LIMIT ${limit}`;
    return rows.map((row) => toMessage(key, instanceId, row));
  }
}

/** What is read back once it is inserted. */
export function messageOf(id: MessageId, instanceId: InstanceId, { chat, participant, fromMe, type, text, status, whatsappId, timestamp }: NewMessage): Message {
  return { id, instanceId, chat, participant, direction: fromMe ? 'out' : 'in', type, text, status, whatsappId, timestamp, error: null, contentErasedAt: null };
}

function sealContent(key: DataKey, id: MessageId, { chat, participant, text }: Content): Buffer {
  return key.seal(`message|${id}`, Buffer.from(JSON.stringify({ chat, participant, text } satisfies Content)));
}

function toMessage(key: DataKey, instanceId: InstanceId, row: MessageRow): Message {
  const id = idFrom('msg', row.id);
  const content = row.content ? (JSON.parse(key.open(`message|${id}`, row.content).toString()) as Content) : ERASED;
  return {
    id,
    instanceId,
    ...content,
    direction: row.from_me ? 'out' : 'in',
    type: row.type,
    status: row.status,
    whatsappId: row.whatsapp_id,
    timestamp: row.sent_at,
    error: row.error,
    contentErasedAt: row.content_erased_at,
  };
}
