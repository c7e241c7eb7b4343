import type { TenantId } from '../ids.js';

/** Where a simulated WhatsApp listens and by which root its certificate is checked. */
export interface WhatsAppServer {
  /** WebSocket URL; the sandbox's carries the tenant */
  url: string;
  /** 32-byte Curve25519 public key of the server's certificate authority; absent: WhatsApp's own */
  root?: Uint8Array;
}

/** The sandbox's address for a tenant's test instances. Implemented by sandbox. */
export abstract class SandboxDirectory {
  abstract serverOf(tenantId: TenantId): Promise<WhatsAppServer>;
}
