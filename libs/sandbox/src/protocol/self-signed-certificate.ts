import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A TLS certificate and its key, both PEM. */
export interface TlsIdentity {
  certificate: string;
  privateKey: string;
}

// RFC 5280 and X.690: what is the same in every certificate made here
const VERSION_3 = Buffer.from('a003020102', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const FROM_2020_TO_2100 = sequence(element(0x17, Buffer.from('200101000000Z')), element(0x18, Buffer.from('21000101000000Z')));
const IS_AUTHORITY = Buffer.from('300f0603551d130101ff040530030101ff', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');

/**
 * A new one for an IPv4 address, vouched for by itself: who trusts it trusts this server and nobody else. Written out as DER because
 * node:crypto reads certificates and does not make them, and the libraries that do bring some twenty packages.
 */
export function selfSignedCertificate(address: string): TlsIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = certificateContent(address, publicKey.export({ type: 'spki', format: 'der' }));
  const signature = bits(sign('sha256', content, privateKey));
  const certificate = sequence(content, ECDSA_WITH_SHA256, signature);
  return { certificate: pem(certificate), privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function certificateContent(address: string, publicKey: Buffer): Buffer {
  const serial = element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)]));
  const name = sequence(element(0x31, sequence(COMMON_NAME, element(0x0c, Buffer.from('Tenure sandbox media')))));
  const named = sequence(ALTERNATIVE_NAME, element(0x04, sequence(element(0x87, Buffer.from(address.split('.').map(Number))))));
  const extensions = element(0xa3, sequence(IS_AUTHORITY, named));
  return sequence(VERSION_3, serial, ECDSA_WITH_SHA256, name, FROM_2020_TO_2100, name, publicKey, extensions);
}

function sequence(...parts: Buffer[]): Buffer {
  return element(0x30, ...parts);
}

function bits(content: Buffer): Buffer {
  return element(0x03, Buffer.from([0]), content);
}

/** Tag, length, content. */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function pem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
}
