import { Injectable } from '@nestjs/common';
import { SandboxDirectory, type TenantId, type WhatsAppServer as WhatsAppAddress } from '#libs/contracts';
import { AutoScan } from '../load/auto-scan.js';
import { Authorities } from './authority.js';
import { MediaCertificates } from './media/media-certificates.js';
import { WhatsAppServer } from './whatsapp-server.js';

/** Where the test instances of a tenant connect. The ports may change with a restart, the root and the certificate never do. */
@Injectable()
export class LocalSandboxDirectory extends SandboxDirectory {
  constructor(
    private readonly server: WhatsAppServer,
    private readonly authorities: Authorities,
    private readonly autoScan: AutoScan,
    private readonly certificates: MediaCertificates,
  ) {
    super();
  }

  async serverOf(tenantId: TenantId): Promise<WhatsAppAddress> {
    const { rootPublic } = await this.authorities.get(tenantId);
    const { certificate } = await this.certificates.get();
    return { url: this.server.urlFor(tenantId), root: rootPublic, mediaCertificate: certificate };
  }

  show(tenantId: TenantId, qr: string, phoneNumber: string | null): void {
    void this.autoScan.see(tenantId, qr, phoneNumber);
  }
}
