import { once } from 'node:events';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from './self-signed-certificate.js';

describe('the certificate of the media server', () => {
  const mine = selfSignedCertificate('127.0.0.1');
  const certificate = new X509Certificate(mine.certificate);

  it('is for the address, signed by its own key, and valid for long', () => {
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
    expect(certificate.checkPrivateKey(createPrivateKey(mine.privateKey))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect([certificate.ca, certificate.validToDate.getUTCFullYear()]).toEqual([true, 2100]);
  });

  it('is another one each time', () => {
    expect(new X509Certificate(selfSignedCertificate('127.0.0.1').certificate).serialNumber).not.toBe(certificate.serialNumber);
  });

  it('is accepted by who trusts it, and by nobody else', async () => {
    const server = createServer({ cert: mine.certificate, key: mine.privateKey }, (_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ask = (ca: string) =>
      new Promise<number | string>((resolve) => {
        const request = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca, agent: false }, (response) => resolve(response.resume().statusCode ?? 0));
        request.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
      });
    expect(await ask(mine.certificate)).toBe(200);
    expect(await ask(selfSignedCertificate('127.0.0.1').certificate)).not.toBe(200);
    server.close();
  });
});
