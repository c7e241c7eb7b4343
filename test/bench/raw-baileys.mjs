// The alternative that the session host stands beside: Baileys alone, with the same options as the product, its signatures checked like
// the product's and its own file store (`useMultiFileAuthState`), behind a few lines of node:http. It keeps no message, has no tenants,
// no ownership, no encryption at rest and no reconnect. A floor, not a product.
import http from 'node:http';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { useMultiFileAuthState } from '@whiskeysockets/baileys';

import { FLEET_OPTIONS } from '../../dist/libs/connections/src/session-socket.js';
import { newMessageId, openSocket } from '../../dist/libs/connections/src/whatsapp-engine.js';

const sockets = new Map();
const connected = new Set();
let received = 0;

async function open(server, { number, folder }) {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const socket = openSocket({ url: server.url, root: Buffer.from(server.root, 'base64') }, { ...FLEET_OPTIONS, version: server.version, auth: state });
  sockets.set(number, socket);
  socket.ev.process((events) => {
    if (events['creds.update']) void saveCreds();
    if (events['messages.upsert']) received += events['messages.upsert'].messages.filter(({ message }) => message?.conversation).length;
    const connection = events['connection.update']?.connection;
    if (connection === 'open') connected.add(number);
    if (connection === 'close') connected.delete(number);
  });
}

/** `paceMs` between two; 0: as fast as they come, `atOnce` of them under way. */
async function openAll({ server, devices, paceMs, atOnce }) {
  for (const device of devices) {
    while (sockets.size - connected.size >= atOnce) await sleep(5);
    await open(server, device);
    await sleep(paceMs);
  }
}

async function send({ from, to, text }) {
  const socket = sockets.get(from);
  const id = newMessageId(socket.user.id);
  // before it leaves: the acknowledgement may be as fast
  await Promise.all([socket.waitForMessage(id), socket.sendMessage(`${to}@s.whatsapp.net`, { text, linkPreview: null }, { messageId: id })]);
  return { id };
}

const routes = {
  'GET /counts': () => ({ connected: connected.size, received }),
  'POST /open': (body) => openAll(body).then(() => ({})),
  'POST /send': send,
};

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

const server = http.createServer(async (request, response) => {
  try {
    const answer = await routes[`${request.method} ${request.url}`](await bodyOf(request));
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ error: error.message }));
  }
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(`ready on http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
