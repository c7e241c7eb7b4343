import type { IdempotencyTerms, Principal } from '#libs/contracts';
import { open, seal } from '../crypto/sealed-box.js';
import type { MasterKey } from '../crypto/master-key.js';

/** Fields of a reply, apart: what may be repeated for a day, and what for ten minutes. */
export interface SealedReply {
  reply: Buffer;
  secrets: Buffer | null;
  masterKeyId: string;
}

type Fields = Record<string, unknown>;

/** Seals replies, each under a key of its own that comes from the master key. */
export class ReplySeal {
  private readonly key: Buffer;

  constructor(private readonly master: MasterKey, { keyId }: Pick<Principal, 'keyId'>, { keyHash }: Pick<IdempotencyTerms, 'keyHash'>) {
    this.key = master.derive(`idempotent reply|${keyId}|${keyHash.toString('hex')}`);
  }

  seal(body: unknown, secretFields: readonly string[]): SealedReply {
    const { shown, secret } = split(body, secretFields);
    return { reply: this.box('reply', shown), secrets: secret && this.box('secrets', secret), masterKeyId: this.master.id };
  }

  /** @throws when it was sealed under another master key */
  open({ reply, secrets }: { reply: Uint8Array; secrets: Uint8Array | null }): unknown {
    const shown = this.unbox('reply', reply);
    return secrets ? { ...(shown as Fields), ...(this.unbox('secrets', secrets) as Fields) } : shown;
  }

  private box(field: string, value: unknown): Buffer {
    return seal(this.key, field, Buffer.from(JSON.stringify(value ?? null)));
  }

  private unbox(field: string, box: Uint8Array): unknown {
    return JSON.parse(open(this.key, field, box).toString()) as unknown;
  }
}

function split(body: unknown, secretFields: readonly string[]): { shown: unknown; secret: Fields | null } {
  if (secretFields.length === 0 || typeof body !== 'object' || body === null) return { shown: body, secret: null };
  const entries = Object.entries(body);
  const isSecret = ([name]: [string, unknown]) => secretFields.includes(name);
  return { shown: Object.fromEntries(entries.filter((entry) => !isSecret(entry))), secret: Object.fromEntries(entries.filter(isSecret)) };
}
