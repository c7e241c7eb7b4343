import { type KeptSignalKeys, OwnedSignalKeys, type SignalValue } from './owned-signal-keys.js';
import { SignalMemory } from './signal-memory.js';

/** A store whose answers come when the test says so. */
class SlowStore implements KeptSignalKeys {
  readonly rows = new Map<string, string>();
  readonly asked: string[] = [];
  private readonly waiting: { commit: () => void; fail: (error: Error) => void }[] = [];
  slow = false;

  async read(type: string, ids: string[]): Promise<SignalValue[]> {
    this.asked.push(`read ${ids.join()}`);
    const values = ids.map((id) => ({ type, id, json: this.rows.get(`${type}|${id}`) ?? null }));
    await this.turn();
    return values;
  }

  async write(values: SignalValue[]): Promise<void> {
    this.asked.push(`write ${values.map(({ id }) => id).join()}`);
    await this.turn();
    for (const { type, id, json } of values) if (json === null) this.rows.delete(`${type}|${id}`); else this.rows.set(`${type}|${id}`, json);
  }

  /** Lets the oldest that waits go on, or fail. */
  async next(error?: Error): Promise<void> {
    const { commit, fail } = this.waiting.shift()!;
    if (error) fail(error);
    else commit();
    await settle();
  }

  private turn(): Promise<void> {
    return this.slow ? new Promise((commit, fail) => this.waiting.push({ commit, fail })) : Promise.resolve();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const session = (text: string) => Buffer.from(text);

describe('the Signal keys of a claim', () => {
  let store: SlowStore;
  let keys: OwnedSignalKeys;
  beforeEach(() => {
    store = new SlowStore();
    keys = new OwnedSignalKeys(store, new SignalMemory().room());
  });

  const reads = () => store.asked.filter((what) => what.startsWith('read'));

  it('are asked for once: what was read or written is remembered, also that there is none', async () => {
    await keys.set({ session: { a: session('1') } });
    expect(await keys.get('session', ['a', 'b'])).toEqual({ a: session('1') });
    expect(await keys.get('session', ['a', 'b'])).toEqual({ a: session('1') });
    expect(reads()).toEqual(['read b']);
    await keys.set({ session: { a: null, b: session('2') } });
    expect(await keys.get('session', ['a', 'b'])).toEqual({ b: session('2') });
    expect(reads()).toEqual(['read b']);
  });

  it('are those of the database until a write is committed', async () => {
    await keys.set({ session: { a: session('1') } });
    store.slow = true;
    const writing = keys.set({ session: { a: session('2') } });
    await settle();
    const reading = keys.get('session', ['a']);
    await settle();
    expect(reads()).toEqual(['read a']);
    await store.next();
    await store.next();
    await writing;
    expect(await reading).toEqual({ a: session('1') });
    // what was read meanwhile is older than what was written
    expect(await keys.get('session', ['a'])).toEqual({ a: session('2') });
  });

  it('that were read before a write and arrive after it are not remembered', async () => {
    store.rows.set('session|a', JSON.stringify('1'));
    store.slow = true;
    const reading = keys.get('session', ['a']);
    const writing = keys.set({ session: { b: session('2') } });
    await settle();
    await store.next();
    await store.next();
    await Promise.all([reading, writing]);
    store.slow = false;
    await keys.get('session', ['a']);
    expect(reads()).toEqual(['read a', 'read a']);
  });

  it('are not remembered when their writing failed: nobody knows what became of it', async () => {
    await keys.set({ session: { a: session('1') } });
    store.slow = true;
    const writing = keys.set({ session: { a: session('2') } });
    await settle();
    await store.next(new Error('cut'));
    await expect(writing).rejects.toThrow('cut');
    store.slow = false;
    expect(await keys.get('session', ['a'])).toEqual({ a: session('1') });
    expect(reads()).toEqual(['read a']);
  });

  it('are written one after the other, in the order asked, also after one that failed', async () => {
    store.slow = true;
    const writes = ['a', 'b', 'c'].map((id) => Promise.resolve(keys.set({ session: { [id]: session(id) } })));
    writes[0]!.catch(() => undefined);
    await settle();
    expect(store.asked).toEqual(['write a']);
    await store.next(new Error('cut'));
    expect(store.asked).toEqual(['write a', 'write b']);
    await store.next();
    await store.next();
    await Promise.all(writes.slice(1));
    expect([...store.rows.keys()]).toEqual(['session|b', 'session|c']);
  });

  it('stay what they are when Baileys changes in place what it was given', async () => {
    const value = { chains: ['1'] } as unknown as Uint8Array;
    await keys.set({ session: { a: value } });
    (value as unknown as { chains: string[] }).chains.push('2');
    const read = (await keys.get('session', ['a'])).a as unknown as { chains: string[] };
    read.chains.push('3');
    expect(await keys.get('session', ['a'])).toEqual({ a: { chains: ['1'] } });
    expect(reads()).toEqual([]);
  });

  it('are found by their own claim alone', async () => {
    const memory = new SignalMemory();
    const [old, now] = [new OwnedSignalKeys(store, memory.room()), new OwnedSignalKeys(store, memory.room())];
    await old.set({ session: { a: session('1') } });
    await now.set({ session: { a: session('2') } });
    expect(await old.get('session', ['a'])).toEqual({ a: session('1') });
    expect(await now.get('session', ['a'])).toEqual({ a: session('2') });
  });

  it('for a first message are not remembered: there are hundreds, and each is used once', async () => {
    await keys.set({ 'pre-key': { 1: { public: session('p'), private: session('q') } } });
    await keys.get('pre-key', ['1']);
    await keys.get('pre-key', ['1']);
    expect(reads()).toEqual(['read 1', 'read 1']);
  });
});
