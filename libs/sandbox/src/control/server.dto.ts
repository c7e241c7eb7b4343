import type { WhatsAppServer } from '#libs/contracts';

export class ServerDto {
  /** For `waWebSocketUrl` of Baileys. The port may change with a restart @example "ws://127.0.0.1:4711/ws/ten_01h455vb4pex5vsknk084sn02q" */
  webSocketUrl!: string;

  /** For `WA_CERT_DETAILS.PUBLIC_KEY` of Baileys, 32 bytes in base64. The same for ever @example "oIs8BC5f4jvOzA/TzDTP7kvz0WHesg3/ubG0VqJnSHo=" */
  rootKey!: string;

  /** Where a client shows its QR codes, by POST of `{"qr": "..."}`, to have them scanned by a load with `autoScan` @example "http://127.0.0.1:4711/qr/ten_01h455vb4pex5vsknk084sn02q" */
  cameraUrl!: string;
}

export function serverDto({ url, root }: WhatsAppServer): ServerDto {
  const cameraUrl = url.replace(/^ws/, 'http').replace('/ws/', '/qr/');
  return { webSocketUrl: url, rootKey: Buffer.from(root ?? []).toString('base64'), cameraUrl };
}
