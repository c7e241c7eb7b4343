import { createHash, hkdfSync } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';

const PROTOCOL_NAME = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const NOTHING = Buffer.alloc(0);

/** The Noise framework's SymmetricState: the running hash of the handshake and the key derived so far. */
export class SymmetricState {
  private hash: Buffer = PROTOCOL_NAME;
  private chainingKey: Buffer = PROTOCOL_NAME;
  private key: Buffer = PROTOCOL_NAME;
  private number = 0;

  mixHash(data: Uint8Array): void {
    this.hash = createHash('sha256').update(this.hash).update(data).digest();
  }

  mixKey(secret: Uint8Array): void {
    [this.chainingKey, this.key] = this.derive(secret);
    this.number = 0;
  }

  encryptAndHash(plaintext: Uint8Array): Buffer {
    const ciphertext = encrypt(this.key, this.number++, this.hash, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** @throws when the other side did not have the same keys and the same handshake so far */
  decryptAndHash(ciphertext: Uint8Array): Buffer {
    const plaintext = decrypt(this.key, this.number++, this.hash, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** The two transport keys: the client's writing key, then the server's. */
  split(): [Buffer, Buffer] {
    return this.derive(NOTHING);
  }

  private derive(secret: Uint8Array): [Buffer, Buffer] {
    const output = Buffer.from(hkdfSync('sha256', secret, this.chainingKey, NOTHING, 64));
    return [output.subarray(0, 32), output.subarray(32)];
  }
}
