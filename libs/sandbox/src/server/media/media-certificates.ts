import { Injectable } from '@nestjs/common';
import { newId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { selfSignedCertificate, type TlsIdentity } from '../../protocol/self-signed-certificate.js';
import { MediaCertificateRepository } from '../../store/media-certificate.repository.js';

export const MEDIA_ADDRESS = '127.0.0.1';

/** The installation's media certificate: made by whoever needs it first, the same ever after. */
@Injectable()
export class MediaCertificates {
  private known: TlsIdentity | null = null;

  constructor(
    private readonly database: Database,
    private readonly certificates: MediaCertificateRepository,
  ) {}

  /** Nobody's: a transaction belongs to a tenant, the certificate to none. */
  async get(): Promise<TlsIdentity> {
    this.known ??= await this.database.forTenant(newId('ten'), async (tx) => {
      const stored = await this.certificates.find(tx);
      if (stored) return stored;
      await this.certificates.offer(tx, selfSignedCertificate(MEDIA_ADDRESS));
      return (await this.certificates.find(tx))!;
    });
    return this.known;
  }
}
