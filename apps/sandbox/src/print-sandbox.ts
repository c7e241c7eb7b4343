import { printReady } from '#libs/platform';
import type { WhatsAppServer } from '#libs/contracts';
import type { OwnTenant } from './test-key-file.js';

export interface Ready {
  /** of the control API */
  url: string;
  server: WhatsAppServer;
  /** null: the tenants are those of the database that it shares */
  own: OwnTenant | null;
  /** milliseconds since 1970 */
  startedAt: number;
}

/** The ready line, and all that a client needs to connect. */
export function printSandbox({ url, server, own, startedAt }: Ready): void {
  const root = Buffer.from(server.root ?? []);
  const address = own ? server.url : server.url.replace(/ten_\w+$/, '<tenant id>');
  printReady({ name: 'Tenure sandbox', url, startedAt }, [
    `WhatsApp      ${address}`,
    `Root key      ${root.toString('base64')}`,
    `              ${root.toString('hex')}`,
    `Control API   ${url}/v1/sandbox, documented at ${url}/docs`,
    own ? keyLine(own) : 'Test keys     those of the tenants in this database',
    ...(own ? [] : [`Tenure        TENURE_SANDBOX_URL=${new URL(server.url).origin} for every process on this database`]),
    '',
    'Connect Baileys 7 to it:',
    ...baileysCode(address, root),
    '',
    ...(own ? [...phoneCommands(url, own), ''] : []),
    'More in docs/sandbox.md. Ctrl-C stops it; phones, links and messages stay.',
  ]);
}

function keyLine({ key, isNew, file }: OwnTenant): string {
  return isNew ? `Test key      ${key}   (kept in ${file})` : `Test key      in ${file}`;
}

function baileysCode(address: string, root: Buffer): string[] {
  return [
    "import { makeWASocket, useMultiFileAuthState, WA_CERT_DETAILS } from '@whiskeysockets/baileys';",
    `WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from('${root.toString('base64')}', 'base64');`,
    "const { state, saveCreds } = await useMultiFileAuthState('auth');",
    `const sock = makeWASocket({ auth: state, waWebSocketUrl: '${address}' });`,
    "sock.ev.on('creds.update', saveCreds);",
    "sock.ev.on('connection.update', ({ qr }) => qr && console.log(qr));",
  ];
}

function phoneCommands(url: string, { file }: OwnTenant): string[] {
  const headers = `-H "authorization: Bearer $(cat ${file})" -H 'content-type: application/json'`;
  return [
    'Make a phone, and let it scan the QR code that the client shows:',
    `curl -s ${url}/v1/sandbox/phones ${headers} -d '{"phoneNumber":"5511999990001","name":"Ana"}'`,
    `curl -s ${url}/v1/sandbox/phones/5511999990001/scan ${headers} -d '{"qr":"<the text>"}'`,
  ];
}
