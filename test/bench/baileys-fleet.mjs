// Many unmodified Baileys clients in one process, driven over IPC by sandbox.bench.mjs. Their signatures are made and checked natively: in
// JavaScript they would be what the bench measures.
import { createRequire } from 'node:module';
import process from 'node:process';

import { generateRegistrationId, generateSignalPubKey, initAuthCreds, makeWASocket, WA_CERT_DETAILS } from '@whiskeysockets/baileys';

import { isSignedBy } from '../../dist/libs/platform/src/crypto/xeddsa.js';
import { newSigningKey, signWith } from '../../dist/libs/sandbox/src/protocol/signing-key.js';
import { newKeyPair } from '../../dist/libs/sandbox/src/protocol/x25519.js';
import { request } from './measure.mjs';

const PRE_KEYS = 10;
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const bytes = (text) => Buffer.from(text, 'base64');
const silent = () => undefined;
const logger = { level: 'silent', child: () => logger, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
for (const level of ['log', 'info', 'warn', 'error']) console[level] = silent;

createRequire(createRequire(import.meta.url).resolve('libsignal'))('curve25519-js').verify = isSignedBy;

const template = initAuthCreds();
const clients = [];
let received = 0;

const commands = { register, connect, send, tell: async () => ({ received }) };
process.on('message', ({ id, ask, argument }) => {
  commands[ask](argument).then((answer) => process.send({ id, answer }), (error) => process.send({ id, error: error.message }));
});

/** Credentials for each of these numbers, linked without a pairing. */
async function register({ url, key, root, address, numbers }) {
  WA_CERT_DETAILS.PUBLIC_KEY = bytes(root);
  let next = 0;
  const one = async () => {
    for (let n = next++; n < numbers.length; n = next++) clients[n] = { address, ...(await linked(url, key, numbers[n])) };
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

async function linked(url, key, number) {
  const { seed, ...signedIdentityKey } = newSigningKey();
  const keyPair = newKeyPair();
  const signedPreKey = { keyId: 1, keyPair, signature: signWith({ seed }, generateSignalPubKey(keyPair.public)) };
  const preKeys = new Map(Array.from({ length: PRE_KEYS }, (_, place) => [String(place + 1), newKeyPair()]));
  const creds = { ...template, noiseKey: newKeyPair(), signedIdentityKey, signedPreKey, registrationId: generateRegistrationId(), accountSyncCounter: 1 };
  const body = {
    ...{ noiseKey: base64(creds.noiseKey.public), identityKey: base64(signedIdentityKey.public), registrationId: creds.registrationId, history: false },
    signedPreKey: { id: 1, publicKey: base64(keyPair.public), signature: base64(signedPreKey.signature) },
    preKeys: [...preKeys].map(([id, pair]) => ({ id: Number(id), publicKey: base64(pair.public) })),
  };
  const { jid, lid, account } = await request(`${url}/v1/sandbox/phones/${number}/devices`, { method: 'POST', key, body });
  const [details, accountSignatureKey, accountSignature] = [account.details, account.accountSignatureKey, account.accountSignature].map(bytes);
  const deviceSignature = signWith({ seed }, Buffer.concat([Buffer.from([6, 1]), details, signedIdentityKey.public, accountSignatureKey]));
  Object.assign(creds, { me: { id: jid, lid }, account: { details, accountSignatureKey, accountSignature, deviceSignature }, platform: 'android' });
  creds.signalIdentities = [{ identifier: { name: lid, deviceId: 0 }, identifierKey: generateSignalPubKey(accountSignatureKey) }];
  return { creds, keys: new Map([['pre-key', preKeys]]) };
}

/** Opens all of them, so many at once; gives how long it took. */
async function connect({ inFlight }) {
  const began = performance.now();
  let next = 0;
  const one = async () => {
    for (let n = next++; n < clients.length; n = next++) await open(clients[n]);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return { ms: performance.now() - began };
}

function open(client) {
  return new Promise((resolve, reject) => {
    const socket = makeWASocket({ waWebSocketUrl: client.address, auth: { creds: client.creds, keys: keyStore(client.keys) }, logger, markOnlineOnConnect: false, syncFullHistory: false });
    client.socket = socket;
    socket.ev.on('messages.upsert', ({ messages }) => (received += messages.length));
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'open') resolve();
      if (connection === 'close') reject(lastDisconnect?.error);
    });
  });
}

/** One text from each of the first `count` clients to a phone of its own choice. */
async function send({ count, to, text }) {
  let next = 0;
  const one = async () => {
    for (let n = next++; n < count; n = next++) await clients[n % clients.length].socket.sendMessage(`${to[n % to.length]}@s.whatsapp.net`, { text: `${text}#${n + 1}` });
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

function keyStore(keys) {
  const of = (type) => keys.get(type) ?? keys.set(type, new Map()).get(type);
  return {
    get: async (type, ids) => Object.fromEntries(ids.filter((id) => (of(type).get(id) ?? null) !== null).map((id) => [id, of(type).get(id)])),
    set: async (data) => {
      for (const [type, values] of Object.entries(data)) for (const [id, value] of Object.entries(values)) of(type).set(id, value);
    },
  };
}
