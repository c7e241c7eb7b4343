import type { TenantId } from '../ids.js';

/** Where a simulated WhatsApp listens and by which root its certificate is checked. */
export interface WhatsAppServer {
  /** WebSocket URL; the sandbox's carries the tenant */
  url: string;
  /** 32-byte Curve25519 public key of the server's certificate authority; absent: WhatsApp's own */
  root?: Uint8Array;
  /** PEM: the one certificate by which its media server is known, for `fetchAgent` and `options.dispatcher` of a socket; absent: as WhatsApp's own */
  mediaCertificate?: string;
}

/** What test instances need of the sandbox: its address, and that somebody looks at what they show. Implemented by sandbox. */
export abstract class SandboxDirectory {
  abstract serverOf(tenantId: TenantId): Promise<WhatsAppServer>;
  /**
   * A test instance shows a QR code: where the tenant has asked for that, a simulated phone scans it. A hint, which may be lost; it never
   * throws, and nobody waits for it. `phoneNumber`: the only phone that may link the instance; null: any.
   */
  abstract show(tenantId: TenantId, qr: string, phoneNumber: string | null): void;
}
