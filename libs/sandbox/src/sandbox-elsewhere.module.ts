import { Global, Module } from '@nestjs/common';
import { SandboxDirectory } from '#libs/contracts';
import { Authorities } from './server/authority.js';
import { RemoteSandboxDirectory } from './server/remote-sandbox-directory.js';
import { AuthorityRepository } from './store/authority.repository.js';

/** For a process whose test instances connect to the sandbox of another one, on the same database. */
@Global()
@Module({
  providers: [AuthorityRepository, Authorities, { provide: SandboxDirectory, useClass: RemoteSandboxDirectory }],
  exports: [SandboxDirectory],
})
export class SandboxElsewhereModule {}
