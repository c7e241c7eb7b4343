import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { CurrentCaller, PageQuery, ProblemDto, Scopes } from '#libs/platform';
import type { RetentionDocument } from './retention-document.js';
import { PolicyVersionParam } from './policy-version.param.js';
import { PolicyDiffDto } from './policy-diff.dto.js';
import { RetentionPoliciesService } from './retention-policies.service.js';
import { PolicyVersionDto, PolicyVersionPageDto, RetentionPolicyDto } from './retention-policy.dto.js';
import { RETENTION_V1_SCHEMA } from './retention-schema.js';

const EXAMPLE: RetentionDocument = {
  schema: 'retention/v1',
  mode: 'enforce',
  rules: [{ id: 'default', kind: 'act', priority: 1000, match: {}, clock: 'latest', archive: { after: 'P30D' } }],
};

/** How it begins; the whole is what the operation is for. */
const SCHEMA_EXAMPLE = { $schema: RETENTION_V1_SCHEMA.$schema, title: RETENTION_V1_SCHEMA.title, type: 'object' };

@ApiTags('retention')
@Controller('v1/retention-policy')
export class RetentionPoliciesController {
  constructor(private readonly policies: RetentionPoliciesService) {}

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read the rules in force' })
  readRetentionPolicy(@CurrentCaller() caller: Caller): Promise<RetentionPolicyDto> {
    return this.policies.read(caller);
  }

  @Put()
  @Scopes('retention:write')
  @ApiOperation({ summary: 'Save rules as a draft version; nothing changes until it is activated' })
  @ApiBody({ description: 'A rule document; its JSON Schema is at /v1/retention-policy/schema.', schema: { type: 'object', example: EXAMPLE } })
  draftRetentionPolicy(@CurrentCaller() caller: Caller, @Body() document: unknown): Promise<PolicyVersionDto> {
    return this.policies.draft(caller, document);
  }

  @Get('schema')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'The JSON Schema of a rule document' })
  @ApiOkResponse({ description: 'A JSON Schema, draft 2020-12.', schema: { type: 'object', additionalProperties: true, example: SCHEMA_EXAMPLE } })
  readRetentionSchema(): object {
    return RETENTION_V1_SCHEMA;
  }

  @Get('versions')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List the versions, newest first' })
  listPolicyVersions(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<PolicyVersionPageDto> {
    return this.policies.list(caller, query);
  }

  @Get('versions/:version')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a version' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readPolicyVersion(@CurrentCaller() caller: Caller, @PolicyVersionParam() version: number): Promise<PolicyVersionDto> {
    return this.policies.readVersion(caller, version);
  }

  @Get('versions/:version/diff/:other')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Compare two versions: what the other one says differently' })
  @ApiNotFoundResponse({ type: ProblemDto })
  diffPolicyVersions(@CurrentCaller() caller: Caller, @PolicyVersionParam() version: number, @PolicyVersionParam('other') other: number): Promise<PolicyDiffDto> {
    return this.policies.diff(caller, version, other);
  }
}
