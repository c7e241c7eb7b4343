import { Curve, proto } from './baileys.js';
import type { ServerIdentity } from './noise-handshake.js';
import { newKeyPair } from './x25519.js';

/** Who vouches for the sandbox's server. Made once and kept: clients know it by `rootPublic`. */
export interface Authority {
  /** 32 bytes: what a client trusts */
  rootPublic: Buffer;
  rootPrivate: Buffer;
  server: ServerIdentity;
}

const Details = proto.CertChain.NoiseCertificate.Details;
const FAR_FUTURE = Date.UTC(2100, 0) / 1000;

/** Root, intermediate and leaf, as WhatsApp has them: the root signs the intermediate, which signs the server's key. */
export function foundAuthority(): Authority {
  const root = Curve.generateKeyPair();
  const intermediate = Curve.generateKeyPair();
  const key = newKeyPair();
  const certificateChain = Buffer.from(
    proto.CertChain.encode({
      intermediate: certificate(1, 0, intermediate.public, root.private),
      leaf: certificate(2, 1, key.public, intermediate.private),
    }).finish(),
  );
  return { rootPublic: Buffer.from(root.public), rootPrivate: Buffer.from(root.private), server: { key, certificateChain } };
}

function certificate(serial: number, issuerSerial: number, key: Uint8Array, issuer: Uint8Array): proto.CertChain.INoiseCertificate {
  const details = Details.encode({ serial, issuerSerial, key, notBefore: 0, notAfter: FAR_FUTURE }).finish();
  return { details, signature: Curve.sign(issuer, details) };
}
