import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** A certificate that nobody has signed but itself, for a server on loopback. For tests: who trusts it says so. */
export interface LoopbackCertificate {
  key: string;
  cert: string;
}

const [INTEGER, BITS, BYTES, OID, UTF8, SEQUENCE, SET, UTC_TIME] = [0x02, 0x03, 0x04, 0x06, 0x0c, 0x30, 0x31, 0x17] as const;
const YEARS = ['260101000000Z', '460101000000Z'];
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OID, '2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALTERNATIVE_NAMES = '551d11';

/** X.509 v3 by hand (RFC 5280, 4.1): Node reads certificates and writes none. */
export function makeLoopbackCertificate(): LoopbackCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // of its own: among certificates of one name the wrong one would be tried
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8, Buffer.from(`Tenure tests ${randomBytes(8).toString('hex')}`)))));
  const validity = der(SEQUENCE, ...YEARS.map((time) => der(UTC_TIME, Buffer.from(time))));
  const extensions = der(SEQUENCE, extension(BASIC_CONSTRAINTS, der(SEQUENCE, Buffer.from('0101ff', 'hex'))), extension(ALTERNATIVE_NAMES, der(SEQUENCE, der(0x87, '7f000001'))));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(8)]));
  const signed = der(SEQUENCE, der(0xa0, der(INTEGER, '02')), serial, ECDSA_WITH_SHA256, name, validity, name, spki, der(0xa3, extensions));
  const signature = createSign('sha256').update(signed).sign(privateKey);
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: pem(der(SEQUENCE, signed, ECDSA_WITH_SHA256, der(BITS, Buffer.of(0), signature))) };
}

const extension = (oid: string, value: Buffer): Buffer => der(SEQUENCE, der(OID, oid), der(BYTES, value));

function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)));
  const length = body.length < 0x80 ? Buffer.of(body.length) : body.length < 0x100 ? Buffer.of(0x81, body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
}

const pem = (bytes: Buffer): string => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
