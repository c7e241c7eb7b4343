import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { CurrentCaller, PageQuery, ProblemDto, Scopes } from '#libs/platform';
import { AuditCertificateDto } from './certificates/certificate.dto.js';
import { AuditCertificates } from './certificates/certificates.service.js';
import { AuditEntries } from './exports/audit-entries.service.js';
import { AuditEntriesQuery, AuditEntryPageDto } from './exports/audit-entry.dto.js';
import { ExportQuery, exportExample } from './exports/export.query.dto.js';
import { AuditExports } from './exports/exports.service.js';
import { CheckpointPageDto, ProofDto, ProofQuery } from './proofs/proof.dto.js';
import { AuditProofs } from './proofs/proofs.service.js';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly proofs: AuditProofs,
    private readonly entries: AuditEntries,
    private readonly certificates: AuditCertificates,
    private readonly exports: AuditExports,
  ) {}

  /** Keep the newest one where nobody here can reach it: with it `tenure audit verify --since` tells whether anything before it was changed since. */
  @Get('checkpoints')
  @Scopes('audit:read')
  @ApiOperation({ summary: 'What was signed of the journal: its size and the root of its tree, newest first' })
  listAuditCheckpoints(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<CheckpointPageDto> {
    return this.proofs.checkpoints(caller, query);
  }

  @Get('entries')
  @Scopes('audit:read')
  @ApiOperation({ summary: 'Entries of the journal in the form that was hashed, with their leaves in the tree, oldest first' })
  listAuditEntries(@CurrentCaller() caller: Caller, @Query() query: AuditEntriesQuery): Promise<AuditEntryPageDto> {
    return this.entries.list(caller, query);
  }

  /** Of inclusion: `position`, and `size` for the checkpoint that it is to lead to. Of consistency: `from` and `to`. Either leads to the newest checkpoint unless another is asked for. */
  @Get('proofs')
  @Scopes('audit:read')
  @ApiOperation({ summary: 'Prove that an entry is in the tree of a checkpoint, or that one checkpoint goes on where another ended (RFC 6962)' })
  readAuditProof(@CurrentCaller() caller: Caller, @Query() query: ProofQuery): Promise<ProofDto> {
    return this.proofs.prove(caller, query);
  }

  /** `crt_...`: that an instance was destroyed, and when. `ins_...`: that it exists, and nothing has purged it. A file for `tenure audit verify`. */
  @Get('certificates/:id')
  @Scopes('audit:read')
  @ApiOperation({ summary: 'Certify the destruction of an instance, or that it exists' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  readAuditCertificate(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AuditCertificateDto> {
    return this.certificates.certify(caller, id);
  }

  /**
   * NDJSON for `tenure audit verify`. What the filter leaves out, and what is of the other environment, is there as hashes, so that the whole of it verifies
   * all the same. Personal data is in the clear while the key of its instance lives, with what opens the ciphertext that was hashed. The last line is a
   * seal: what was cut off has none.
   */
  @Get('export')
  @Header('cache-control', 'no-store')
  @Scopes('audit:read')
  @ApiOperation({ summary: 'Export the journal as a file that anyone can check, without us' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiOkResponse({ description: 'A line of JSON for each entry.', content: { 'application/x-ndjson': { schema: { type: 'string' }, example: exportExample } } })
  async exportAudit(@CurrentCaller() caller: Caller, @Query() query: ExportQuery): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.open(caller, query), { type: 'application/x-ndjson', disposition: 'attachment; filename="audit.ndjson"' });
  }
}
