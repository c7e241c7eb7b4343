import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isId } from '#libs/contracts';
import { WhatsAppServer } from '../server/whatsapp-server.js';
import { AutoScan } from './auto-scan.js';

const PATH = /^\/qr\/(ten_[0-9a-z]+)$/;
const LARGEST_BODY = 4_096;

/** What is shown to the phones. */
interface Shown {
  qr: string;
  /** the only phone that may scan it; null or absent: any */
  phoneNumber?: string | null;
}

/**
 * The eye of the phones, at the address where clients connect: a client that shows a QR code posts it to `/qr/<tenant>`, and where the tenant
 * wants it, a phone scans it. It needs no key: a code is worth nothing to anybody but the phones of this tenant.
 */
@Injectable()
export class Camera implements OnModuleInit {
  constructor(
    private readonly server: WhatsAppServer,
    private readonly autoScan: AutoScan,
  ) {}

  onModuleInit(): void {
    this.server.onRequest((request, response) => void this.look(request, response));
  }

  private async look(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tenantId = PATH.exec(request.url ?? '')?.[1] ?? '';
    if (request.method !== 'POST' || !isId('ten', tenantId)) return void response.writeHead(404).end();
    const shown = await read(request);
    response.writeHead(shown ? 202 : 400).end();
    if (shown) await this.autoScan.see(tenantId, shown.qr, shown.phoneNumber ?? null);
  }
}

/** Null for what is no code. */
async function read(request: IncomingMessage): Promise<Shown | null> {
  try {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk as string;
      if (body.length > LARGEST_BODY) return null;
    }
    const shown = JSON.parse(body) as Partial<Shown> | null;
    const isNumber = shown?.phoneNumber == null || typeof shown.phoneNumber === 'string';
    return typeof shown?.qr === 'string' && isNumber ? (shown as Shown) : null;
  } catch {
    return null;
  }
}
