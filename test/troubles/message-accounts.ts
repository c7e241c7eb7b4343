import type { Fleet, FleetInstance } from './fleet.js';
import { type Fate, type OutgoingText, SECRET_WORD } from './outgoing-texts.js';

/** What became of the texts of one direction. */
export interface Account {
  sent: number;
  arrived: number;
  lost: string[];
  doubled: string[];
}

export interface OutgoingAccount extends Account {
  /** what became known to the client, and how often each */
  fates: Record<Fate, number>;
  /** that arrived although the client was told that they were not sent */
  denied: string[];
  /** acknowledged, and not a row of the product's exactly once */
  unkept: string[];
}

interface KeptMessage {
  id: string;
  text: string | null;
  direction: 'in' | 'out';
}

/** Every message that an instance has, by the API. */
export type KeptMessages = Map<FleetInstance, KeptMessage[]>;

export async function readKept(fleet: Fleet): Promise<KeptMessages> {
  const kept: KeptMessages = new Map();
  for (const instance of fleet.instances) kept.set(instance, await messagesOf(fleet, instance));
  return kept;
}

/** What the phones wrote, and what of it the product keeps. */
export async function accountOfIncoming(fleet: Fleet, kept: KeptMessages): Promise<Account> {
  const written = await fleet.superuser.look<{ chat: string; text: string; status: string; rows: string }>(
    `SELECT chat, text, status, at, (SELECT coalesce(string_agg(m.type || '/' || m.status, '+'), 'no row') FROM messages m WHERE m.whatsapp_id = s.id) AS rows
     FROM sandbox.messages s WHERE direction = 'out' AND text LIKE $1 AND number = ANY ($2)`,
    `${SECRET_WORD}-in-%`,
    fleet.friends,
  );
  const byNumber = new Map([...kept].map(([{ phoneNumber }, messages]) => [phoneNumber, countsOf(messages.filter(({ direction }) => direction === 'in'))]));
  const timesOf = ({ chat, text }: (typeof written)[number]) => byNumber.get(chat.split('@')[0]!)?.get(text) ?? 0;
  return summed(written.map((row) => ({ name: `${row.text} to ${row.chat} (${row.status}, ${row.rows})`, times: timesOf(row), due: true })));
}

/** What the client sent, and what of it the phones show. */
export async function accountOfOutgoing(fleet: Fleet, texts: OutgoingText[], kept: KeptMessages): Promise<OutgoingAccount> {
  const shown = await fleet.superuser.look<{ number: string; text: string }>(
    `SELECT number, text FROM sandbox.messages WHERE direction = 'in' AND text LIKE $1`,
    `${SECRET_WORD}-out-%`,
  );
  const times = countsOf(shown.map(({ number, text }) => ({ text: `${text} at ${number}` })));
  const timesOf = ({ text, to }: OutgoingText) => times.get(`${text} at ${to}`) ?? 0;
  const fates: Record<Fate, number> = { acknowledged: 0, refused: 0, unknown: 0 };
  for (const { fate } of texts) fates[fate]++;
  return {
    ...summed(texts.map((text) => ({ name: describe(text), times: timesOf(text), due: text.fate === 'acknowledged' }))),
    fates,
    denied: texts.filter((text) => text.fate === 'refused' && timesOf(text) > 0).map(describe),
    unkept: texts.filter((text) => text.fate === 'acknowledged' && !isKeptOnce(text, kept)).map(describe),
  };
}

async function messagesOf(fleet: Fleet, { id }: FleetInstance): Promise<KeptMessage[]> {
  const all: KeptMessage[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/v1/instances/${id}/messages?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = (await fleet.client.get(path)) as { body: { data: KeptMessage[]; nextCursor: string | null } };
    all.push(...body.data);
    cursor = body.nextCursor;
  }
  return all;
}

function countsOf(messages: { text: string | null }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of messages) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function summed(texts: { name: string; times: number; due: boolean }[]): Account {
  return {
    sent: texts.length,
    arrived: texts.filter(({ times }) => times > 0).length,
    lost: texts.filter(({ times, due }) => due && times === 0).map(({ name }) => name),
    doubled: texts.filter(({ times }) => times > 1).map(({ name, times }) => `${name} (${times} times)`),
  };
}

function isKeptOnce({ instance, messageId, text }: OutgoingText, kept: KeptMessages): boolean {
  const rows = kept.get(instance)!.filter((message) => message.direction === 'out' && message.text === text);
  return rows.length === 1 && rows[0]!.id === messageId;
}

const describe = ({ text, instance, fate, answers }: OutgoingText): string => `${text} of ${instance.id}, ${fate} (${answers.join(', ')})`;
