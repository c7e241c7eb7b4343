// The alternative that the session host stands beside: unmodified Baileys alone with the product's socket options and its own file store
// (`useMultiFileAuthState`), behind a few lines of node:http. It keeps no message, has no tenants, no ownership, no encryption at rest and no
// reconnect, and it does not hear that a signature is wrong. A floor, not a product.
import http from 'node:http';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { generateMessageIDV2, makeWASocket, useMultiFileAuthState, WA_CERT_DETAILS } from '@whiskeysockets/baileys';

const sockets = new Map();
const connected = new Set();
let received = 0;

const silent = () => undefined;
const logger = { level: 'silent', child: () => logger, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
// libsignal prints its sessions
const print = console.log.bind(console);
for (const level of ['log', 'info', 'warn', 'error']) console[level] = silent;

/** The functions among the product's options, which cannot be sent here. */
const FUNCTIONS = { shouldIgnoreJid: (jid) => jid === 'status@broadcast' || jid.endsWith('@newsletter'), shouldSyncHistoryMessage: () => true };

async function open({ url, root, options }, { number, folder }) {
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root, 'base64');
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const socket = makeWASocket({ ...options, ...FUNCTIONS, auth: state, waWebSocketUrl: url, logger });
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
  const id = generateMessageIDV2(socket.user.id);
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
server.listen(0, '127.0.0.1', () => print(`ready on http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
