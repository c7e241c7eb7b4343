import { decrypt, encrypt } from './aes-gcm.js';

const NOTHING = Buffer.alloc(0);

/** The encrypted channel after a handshake. Each direction counts its messages: none can be lost, repeated or swapped. */
export class NoiseTransport {
  private received = 0;
  private sent = 0;

  constructor(
    private readonly readingKey: Buffer,
    private readonly writingKey: Buffer,
  ) {}

  open(ciphertext: Uint8Array): Buffer {
    return decrypt(this.readingKey, this.received++, NOTHING, ciphertext);
  }

  seal(plaintext: Uint8Array): Buffer {
    return encrypt(this.writingKey, this.sent++, NOTHING, plaintext);
  }
}
