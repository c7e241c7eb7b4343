import { Injectable } from '@nestjs/common';
import type { TenantSql } from '#libs/contracts';
import type { TlsIdentity } from '../protocol/self-signed-certificate.js';

/** The one certificate of the installation's media server, the same for every tenant. */
@Injectable()
export class MediaCertificateRepository {
  async find(tx: TenantSql): Promise<TlsIdentity | null> {
    const [row] = await tx.query<TlsIdentity[]>`SELECT certificate, private_key AS "privateKey" FROM sandbox.media_certificate`;
    return row ?? null;
  }

  /** Keeps this one unless another process was first: read again afterwards. */
  async offer(tx: TenantSql, { certificate, privateKey }: TlsIdentity): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.media_certificate (certificate, private_key) VALUES (${certificate}, ${privateKey}) ON CONFLICT DO NOTHING`;
  }
}
