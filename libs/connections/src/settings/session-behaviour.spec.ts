import { newId } from '#libs/contracts';
import type { BaileysEventMap, WACallEvent, WAMessage } from '@whiskeysockets/baileys';
import { DEFAULT_SETTINGS, type InstanceSettings } from './instance-settings.js';
import { type ActingSocket, SessionBehaviour } from './session-behaviour.js';
import { ToldCallers } from './told-callers.js';

const CALLER = '104242@lid';
const call = (more: Partial<WACallEvent> = {}): WACallEvent => ({ id: 'C1', from: CALLER, chatId: CALLER, date: new Date(0), status: 'offer', offline: false, ...more });
const message = (remoteJid: string, more: Partial<WAMessage> = {}): WAMessage => ({ key: { remoteJid, id: 'M1', fromMe: false }, message: { conversation: 'hi' }, ...more });

/** A socket that writes down what it is asked to do. */
function socketThatNotes() {
  const done: unknown[][] = [];
  let hear: (events: Partial<BaileysEventMap>) => void = () => undefined;
  const note = (what: string) => (...words: unknown[]) => Promise.resolve(void done.push([what, ...words]));
  const socket = {
    ev: { process: (listener: typeof hear) => void (hear = listener) },
    ...{ readMessages: note('read'), rejectCall: note('reject'), sendMessage: note('send'), sendPresenceUpdate: note('presence') },
  };
  return { done, socket: socket as unknown as ActingSocket, emit: (events: Partial<BaileysEventMap>) => hear(events) };
}

function begin(settings: Partial<InstanceSettings>) {
  const noted = socketThatNotes();
  const behaviour = new SessionBehaviour(newId('ins'), { version: 1, settings: { ...DEFAULT_SETTINGS, ...settings } }, new ToldCallers(), null);
  behaviour.attach(noted.socket);
  const change = (more: Partial<InstanceSettings>) => behaviour.follow({ version: behaviour.version + 1, settings: { ...DEFAULT_SETTINGS, ...settings, ...more } });
  return { ...noted, behaviour, change };
}

describe('a session by itself', () => {
  it('does nothing that nobody has set', () => {
    const { done, behaviour, emit } = begin({});
    behaviour.received([message(CALLER)]);
    emit({ call: [call()], 'creds.update': { me: { id: 'me', name: 'Shop' } } });
    expect(done).toEqual([]);
  });

  it('marks as read what others wrote, and neither its own words, status updates nor what could not be decrypted', () => {
    const { done, behaviour } = begin({ readReceipts: true });
    const [ana, group, status, own] = [message(CALLER), message('1@g.us'), message('status@broadcast'), message(CALLER, { key: { remoteJid: CALLER, id: 'M2', fromMe: true } })];
    behaviour.received([ana, group, status, own, message(CALLER, { message: undefined })]);
    behaviour.received([own]);
    expect(done).toEqual([['read', [ana.key, group.key]]]);
  });

  it('rejects a call, and says why once to a caller who tries again', () => {
    const { done, emit } = begin({ rejectCalls: true, rejectCallsText: 'Please write' });
    emit({ call: [call()] });
    emit({ call: [call({ id: 'C2' })] });
    expect(done).toEqual([['reject', 'C1', CALLER], ['send', CALLER, { text: 'Please write', linkPreview: null }], ['reject', 'C2', CALLER]]);
  });

  it.each<[string, Partial<WACallEvent>]>([
    ['rang while nobody was connected', { offline: true }],
    ['was taken elsewhere', { status: 'accept' }],
    ['is over', { status: 'terminate' }],
  ])('leaves a call alone that %s', (_what, more) => {
    const { done, emit } = begin({ rejectCalls: true, rejectCallsText: 'Please write' });
    emit({ call: [call(more)] });
    expect(done).toEqual([]);
  });

  it('shows itself once its name is known, which right after a pairing it is not', () => {
    const { done, emit } = begin({ alwaysOnline: true });
    // Baileys shows it itself when it knows the name by then
    emit({ 'creds.update': { me: { id: 'me', name: 'Shop' } } });
    emit({ 'connection.update': { connection: 'open' } });
    emit({ 'creds.update': { me: { id: 'me' } } });
    expect(done).toEqual([]);
    emit({ 'creds.update': { me: { id: 'me', name: 'Shop' } } });
    emit({ 'connection.update': { isOnline: true } });
    emit({ 'creds.update': { me: { id: 'me', name: 'Shop' } } });
    expect(done).toEqual([['presence', 'available']]);
  });

  it('follows a change at once, or says that it takes a new socket', () => {
    const { done, behaviour, change, emit } = begin({});
    expect(change({ alwaysOnline: true, rejectCalls: true })).toBe(true);
    emit({ call: [call()] });
    expect(change({ alwaysOnline: false })).toBe(true);
    expect(done).toEqual([['presence', 'available'], ['reject', 'C1', CALLER], ['presence', 'unavailable']]);
    const followed = behaviour.version;
    expect(change({ proxy: 'http://proxy.example' })).toBe(false);
    expect(behaviour.version).toBe(followed);
  });

  it('does nothing any more once it is over', () => {
    const { done, behaviour, change, emit } = begin({ readReceipts: true, rejectCalls: true });
    behaviour.end();
    behaviour.received([message(CALLER)]);
    emit({ call: [call()] });
    change({ alwaysOnline: true });
    expect(done).toEqual([]);
  });
});
