import { randomBytes } from 'node:crypto';
import { type InstanceId, newId, type TenantId } from '#libs/contracts';
import { canonicalForm, DataKey, disclosePersonal, sealPersonal } from '#libs/platform';
import type { ExportFilter, ExportHeader } from '../src/exports/export-lines.js';
import type { ExportSource, ShownEntry, SignedSize } from '../src/exports/export-source.js';
import { writeExport } from '../src/exports/write-export.js';
import { formatCheckpoint } from '../src/notes/checkpoint.js';
import { newSigningPair, noteSigner } from '../src/notes/note-signer.js';
import { signNote } from '../src/notes/signed-note.js';
import { formatVerifierKey } from '../src/notes/verifier-key.js';
import { CompactRange } from '../src/tree/compact-range.js';
import { leafHash } from '../src/tree/hashing.js';
import type { HashOf } from '../src/tree/ranges.js';

const NAME = 'tenure/0011aabb';
const TYPES = ['instance.renamed', 'connection.opened', 'connection.closed', 'instance.purged'];
const typeOf = (position: number): string => (position === 52 ? 'instance.created' : TYPES[position % 4]!);
export const ALL: ExportFilter = { from: null, until: null, types: null, instanceId: null };

/** A tenant's journal with its tree and its checkpoints, in memory: exported by the product's own writer. */
export class MemoryLog implements ExportSource {
  readonly origin: string;
  readonly entries: ShownEntry[] = [];
  readonly signed: SignedSize[] = [];
  private readonly instances: InstanceId[] = [newId('ins'), newId('ins'), newId('ins')];
  private readonly range = CompactRange.empty();
  private readonly subtrees = new Map<string, Buffer>();

  /** Signed after every so many entries, and at the end. */
  constructor(
    size: number,
    every = 40,
    readonly tenantId: TenantId = newId('ten'),
    readonly signer = noteSigner(NAME, newSigningPair()),
  ) {
    this.origin = `${NAME}/${tenantId}/1`;
    while (this.entries.length < size) {
      this.append();
      if (this.entries.length % every === 0 || this.entries.length === size) this.sign();
    }
  }

  get publicKeys(): string {
    return `${formatVerifierKey(this.signer.key)}\n`;
  }

  /** As the API would give it; `shows`: of which entries. */
  async export(shows: (position: number) => boolean = () => true, since: number | null = null, upTo = this.signed.at(-1)!): Promise<string> {
    const header: ExportHeader = { kind: 'tenure-audit/v1', origin: this.origin, tenantId: this.tenantId, environment: 'test', filter: ALL, size: upTo.size };
    const source: ExportSource = {
      shown: async (from, to) => (await this.shown(from, to)).filter(({ position }) => shows(position)),
      hashes: () => this.hashes(),
      checkpoints: (from, to) => this.checkpoints(from, to),
    };
    let text = '';
    for await (const part of writeExport({ header, checkpoint: upTo, since, sign: async (statement) => signNote(statement, [this.signer]) }, source)) text += part;
    return text;
  }

  async shown(from: number, to: number): Promise<ShownEntry[]> {
    return this.entries.slice(from - 1, to);
  }

  async hashes(): Promise<HashOf> {
    return ({ level, index }) => this.subtrees.get(`${level}/${index}`)!;
  }

  async checkpoints(from: number, to: number): Promise<SignedSize[]> {
    return this.signed.filter(({ size }) => size >= from && size <= to);
  }

  /** Another entry in its place, and everything made anew from there, as who owns the database could: only what was signed before stays. */
  rewritten(position: number): MemoryLog {
    const other = new MemoryLog(0, 1, this.tenantId, this.signer);
    for (const entry of this.entries) {
      other.add(entry.position === position ? { ...entry, canonical: entry.canonical!.replace('"code":', '"code":1') } : entry);
      if (this.signed.some(({ size }) => size === entry.position)) other.sign();
    }
    return other;
  }

  private append(): void {
    const position = this.entries.length + 1;
    const [instanceId, id] = [this.instances[position % 3]!, newId('evt')];
    const place = { tenantId: this.tenantId, instanceId, id };
    const key = new DataKey(randomBytes(32), `${this.tenantId}|${instanceId}`);
    const clear = { name: `shop ${position}` };
    const box = position % 4 !== 0 ? null : position % 8 === 0 ? key.seal(`journal|${id}`, Buffer.from(JSON.stringify(clear))) : sealPersonal(key, place, Buffer.from(JSON.stringify(clear)));
    const stored = { ...place, type: typeOf(position), seq: Math.ceil(position / 3), position, occurredAt: new Date(1.8e12 + position), actor: { kind: 'system', id: 'test' } as const, causationId: null };
    const canonical = canonicalForm({ ...stored, data: { code: position, certificateId: `crt_${position}` }, personal: box });
    this.add({ position, canonical, leaf: null, personal: box && { clear, key: disclosePersonal(key, place, box).entryKey } });
  }

  private add(entry: ShownEntry): void {
    const leaf = leafHash(entry.canonical!);
    this.entries.push({ ...entry, leaf });
    this.range.append(leaf, (level, index, hash) => this.subtrees.set(`${level}/${index}`, hash));
  }

  private sign(): void {
    const { size } = this.range;
    this.signed.push({ size, note: signNote(formatCheckpoint({ origin: this.origin, size, root: this.range.root() }), [this.signer]) });
  }
}
