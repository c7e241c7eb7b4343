import { proto } from './baileys.js';
import { INTRODUCTION } from './frames.js';
import { NoiseTransport } from './noise-transport.js';
import { SymmetricState } from './symmetric-state.js';
import { type KeyPair, newKeyPair, sharedSecret } from './x25519.js';

/** What the server shows of itself: its static key and the certificates that vouch for it (a serialised `CertChain`). */
export interface ServerIdentity {
  key: KeyPair;
  certificateChain: Buffer;
}

export interface Introduction {
  /** the client's static key: by it a device is recognised at every later login */
  clientKey: Buffer;
  /** a serialised `ClientPayload` */
  payload: Buffer;
  transport: NoiseTransport;
}

/** The server's side of Noise XX: client hello, server hello, client finish. One per connection. */
export class NoiseHandshake {
  private readonly state = new SymmetricState();
  private readonly ephemeral = newKeyPair();

  constructor(private readonly identity: ServerIdentity) {
    this.state.mixHash(INTRODUCTION);
  }

  /** Takes the client's first frame and returns the server's. @throws on anything but a client hello */
  answerHello(frame: Uint8Array): Buffer {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (!clientEphemeral) throw new Error('not a client hello');
    this.state.mixHash(clientEphemeral);
    this.state.mixHash(this.ephemeral.public);
    this.state.mixKey(sharedSecret(this.ephemeral.private, clientEphemeral));
    const key = this.state.encryptAndHash(this.identity.key.public);
    this.state.mixKey(sharedSecret(this.identity.key.private, clientEphemeral));
    const payload = this.state.encryptAndHash(this.identity.certificateChain);
    const serverHello = { ephemeral: this.ephemeral.public, static: key, payload };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }

  /** Takes the client's second frame. @throws when it does not decrypt */
  finish(frame: Uint8Array): Introduction {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!finish?.static || !finish.payload) throw new Error('not a client finish');
    const clientKey = this.state.decryptAndHash(finish.static);
    this.state.mixKey(sharedSecret(this.ephemeral.private, clientKey));
    const payload = this.state.decryptAndHash(finish.payload);
    const [reading, writing] = this.state.split();
    return { clientKey, payload, transport: new NoiseTransport(reading, writing) };
  }
}
