import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { StartError } from '#libs/platform';
import { SandboxSettings } from '../../sandbox.settings.js';
import { MEDIA_ADDRESS, MediaCertificates } from './media-certificates.js';
import { LARGEST_MEDIA, type MediaAnswer, MediaDesk } from './media-desk.js';

/** What encryption adds to it at most. */
const OVERHEAD = 32;
const PATIENCE_MS = 60_000;

/** Where the simulated WhatsApp keeps files: HTTPS on loopback, under a certificate that only who was told of it trusts. */
@Injectable()
export class MediaServer implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(MediaServer.name);
  private server?: Server;
  /** PEM: by which it is known */
  certificate = '';

  constructor(
    private readonly settings: SandboxSettings,
    private readonly certificates: MediaCertificates,
    private readonly desk: MediaDesk,
  ) {}

  async onModuleInit(): Promise<void> {
    const { certificate, privateKey } = await this.certificates.get();
    this.certificate = certificate;
    this.server = createServer({ cert: certificate, key: privateKey, requestTimeout: PATIENCE_MS }, (request, response) => void this.serve(request, response));
    this.server.listen(this.settings.mediaPort, MEDIA_ADDRESS);
    await once(this.server, 'listening').catch(({ code }: NodeJS.ErrnoException) => {
      throw new StartError(`The sandbox cannot listen on port ${this.settings.mediaPort} (${code}).`, 'Set TENURE_SANDBOX_MEDIA_PORT to a free port; 0 picks one.');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.server?.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  /** `127.0.0.1:port` */
  get host(): string {
    return `${MEDIA_ADDRESS}:${(this.server?.address() as AddressInfo).port}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.answer(request));
    } catch (error) {
      this.log.warn(`a simulated media request failed: ${error instanceof Error ? error.name : 'unknown error'}`);
      send(response, { status: 500, body: { error: 'failed' } });
    }
  }

  private async answer(request: IncomingMessage): Promise<MediaAnswer> {
    const origin = `https://${this.host}`;
    const url = new URL(request.url ?? '/', origin);
    if (request.method === 'GET') return this.desk.give(url);
    if (request.method === 'POST') return this.desk.take(url, () => readWhole(request), origin);
    if (request.method === 'PUT') return this.desk.takeForPhone(url, () => readWhole(request));
    return { status: 405, body: { error: 'GET, POST or PUT' } };
  }
}

/** Null when it is too large. It is read to its end in any case: a client that still writes hears no answer. */
async function readWhole(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_MEDIA + OVERHEAD) chunks.length = 0;
    else chunks.push(chunk);
  }
  return length > LARGEST_MEDIA + OVERHEAD ? null : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body }: MediaAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const isFile = Buffer.isBuffer(body);
  const bytes = isFile ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': isFile ? 'application/octet-stream' : 'application/json', 'content-length': bytes.length }).end(bytes);
}
