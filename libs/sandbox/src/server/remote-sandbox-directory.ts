import { Injectable } from '@nestjs/common';
import { SandboxDirectory, type TenantId, type WhatsAppServer } from '#libs/contracts';
import { SandboxSettings } from '../sandbox.settings.js';
import { Authorities } from './authority.js';
import { MediaCertificates } from './media/media-certificates.js';

const SHOWN_MS = 5_000;

/** The same for a sandbox in another process: its address is a setting, its root and its media certificate are in the database that both share. */
@Injectable()
export class RemoteSandboxDirectory extends SandboxDirectory {
  constructor(
    private readonly settings: SandboxSettings,
    private readonly authorities: Authorities,
    private readonly certificates: MediaCertificates,
  ) {
    super();
  }

  async serverOf(tenantId: TenantId): Promise<WhatsAppServer> {
    const { rootPublic } = await this.authorities.get(tenantId);
    const { certificate } = await this.certificates.get();
    return { url: new URL(`/ws/${tenantId}`, this.settings.url).href, root: rootPublic, mediaCertificate: certificate };
  }

  /** To the other process, over the address where instances connect. */
  show(tenantId: TenantId, qr: string, phoneNumber: string | null): void {
    const camera = new URL(`/qr/${tenantId}`, this.settings.url?.replace(/^ws/, 'http'));
    fetch(camera, { method: 'POST', body: JSON.stringify({ qr, phoneNumber }), signal: AbortSignal.timeout(SHOWN_MS) }).catch(() => undefined);
  }
}
