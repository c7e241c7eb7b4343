import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { NoteSigner } from '../notes/note-signer.js';
import { formatVerifierKey, type VerifierKey } from '../notes/verifier-key.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

/** Long enough for everybody who checks to learn of a new key: until then notes carry the former signature, too. */
const OVERLAP_SECONDS = 30 * 86_400;

/** Who signs checkpoints. The name is the installation's, and every key has it. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  constructor(private readonly keys: SigningKeysRepository) {}

  /** Makes the first one of an installation. Safe to run twice, and anywhere at once. */
  async onModuleInit(): Promise<void> {
    await this.keys.ensure(newName);
  }

  rotate(overlapSeconds = OVERLAP_SECONDS): Promise<VerifierKey> {
    return this.keys.replace(overlapSeconds, newName);
  }

  signers(): Promise<NoteSigner[]> {
    return this.keys.signers();
  }

  verifierKeys(): Promise<VerifierKey[]> {
    return this.keys.publicKeys();
  }

  /** A line for each key there ever was. */
  async file(): Promise<string> {
    return (await this.verifierKeys()).map((key) => `${formatVerifierKey(key)}\n`).join('');
  }
}

const newName = (): string => `tenure/${randomBytes(4).toString('hex')}`;
