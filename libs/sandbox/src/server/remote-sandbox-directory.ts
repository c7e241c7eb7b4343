import { Injectable } from '@nestjs/common';
import { SandboxDirectory, type TenantId, type WhatsAppServer } from '#libs/contracts';
import { SandboxSettings } from '../sandbox.settings.js';
import { Authorities } from './authority.js';

/** The same for a sandbox in another process: its address is a setting, its root is in the database that both share. */
@Injectable()
export class RemoteSandboxDirectory extends SandboxDirectory {
  constructor(
    private readonly settings: SandboxSettings,
    private readonly authorities: Authorities,
  ) {
    super();
  }

  async serverOf(tenantId: TenantId): Promise<WhatsAppServer> {
    const { rootPublic } = await this.authorities.get(tenantId);
    return { url: new URL(`/ws/${tenantId}`, this.settings.url).href, root: rootPublic };
  }
}
