import { Global, Module } from '@nestjs/common';
import { SandboxDirectory } from '#libs/contracts';
import { Authorities } from './server/authority.js';
import { MediaCertificates } from './server/media/media-certificates.js';
import { RemoteSandboxDirectory } from './server/remote-sandbox-directory.js';
import { AuthorityRepository } from './store/authority.repository.js';
import { MediaCertificateRepository } from './store/media-certificate.repository.js';

/** For a process whose test instances connect to the sandbox of another one, on the same database. */
@Global()
@Module({
  providers: [AuthorityRepository, Authorities, MediaCertificateRepository, MediaCertificates, { provide: SandboxDirectory, useClass: RemoteSandboxDirectory }],
  exports: [SandboxDirectory],
})
export class SandboxElsewhereModule {}
