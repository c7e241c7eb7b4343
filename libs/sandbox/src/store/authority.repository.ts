import { Injectable } from '@nestjs/common';
import type { TenantSql } from '#libs/contracts';
import type { Authority } from '../protocol/certificate-authority.js';

interface AuthorityRow {
  root_public: Uint8Array;
  root_private: Uint8Array;
  server_public: Uint8Array;
  server_private: Uint8Array;
  certificate_chain: Uint8Array;
}

/** The one certificate authority of the installation, the same for every tenant. */
@Injectable()
export class AuthorityRepository {
  async find(tx: TenantSql): Promise<Authority | null> {
    const [row] = await tx.query<AuthorityRow[]>`
      SELECT root_public, root_private, server_public, server_private, certificate_chain FROM sandbox.authority`;
    return row ? authorityOf(row) : null;
  }

  /** Keeps this one unless another process was first: read again afterwards. */
  async offer(tx: TenantSql, { rootPublic, rootPrivate, server }: Authority): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.authority (root_public, root_private, server_public, server_private, certificate_chain)
      VALUES (${rootPublic}, ${rootPrivate}, ${server.key.public}, ${server.key.private}, ${server.certificateChain})
      ON CONFLICT DO NOTHING`;
  }
}

function authorityOf(row: AuthorityRow): Authority {
  const key = { public: Buffer.from(row.server_public), private: Buffer.from(row.server_private) };
  return {
    rootPublic: Buffer.from(row.root_public),
    rootPrivate: Buffer.from(row.root_private),
    server: { key, certificateChain: Buffer.from(row.certificate_chain) },
  };
}
