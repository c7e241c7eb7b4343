import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Clock, Database, decodeCursor, InvalidRequest, Journal, Mutations, type Page, type PageQuery, pageOf, type TenantTx } from '#libs/platform';
import { checkDocument } from './check-document.js';
import { diffDocuments } from './diff-documents.js';
import { type PolicyDiffDto, toPolicyDiffDto } from './policy-diff.dto.js';
import { isPolicyVersion } from './policy-version.param.js';
import { PolicyVersionNotFound } from './retention.errors.js';
import { NO_RULES, type RetentionDocument } from './retention-document.js';
import { RetentionPoliciesRepository, type PolicyVersion } from './retention-policies.repository.js';
import {
  type PolicyVersionDto,
  type PolicyVersionSummaryDto,
  type RetentionPolicyDto,
  toPolicyVersionDto,
  toPolicyVersionSummaryDto,
  toRetentionPolicyDto,
} from './retention-policy.dto.js';

const isVersionKey = (key: unknown[]): key is [number] => key.length === 1 && isPolicyVersion(key[0]);

/** The rules a tenant writes: drafts and versions. Putting one in force is another matter. */
@Injectable()
export class RetentionPoliciesService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly versions: RetentionPoliciesRepository,
  ) {}

  /** What is in force; before the first activation that is the document without rules. */
  read(caller: Caller): Promise<RetentionPolicyDto> {
    return this.database.forCaller(caller, async (tx) => {
      const { version, activatedAt } = await this.versions.inForce(tx);
      const document = version === null ? NO_RULES : (await this.find(tx, version)).document;
      return toRetentionPolicyDto({ version, activatedAt, document });
    });
  }

  /** Saves a version that is not in force. The same document again is the same version. @throws InvalidRequest naming every fault */
  async draft(caller: Caller, body: unknown): Promise<PolicyVersionDto> {
    const errors = checkDocument(body);
    if (errors.length > 0) throw new InvalidRequest(errors, 'The document is not valid; `errors` names every fault.');
    const document = body as RetentionDocument;
    return this.mutations.forCaller(caller, async (tx) => {
      await this.versions.lock(tx);
      const version = (await this.versions.findSame(tx, document)) ?? (await this.save(tx, document, caller));
      return toPolicyVersionDto(await this.find(tx, version));
    });
  }

  async list(caller: Caller, { cursor, limit }: PageQuery): Promise<Page<PolicyVersionSummaryDto>> {
    const before = decodeCursor(cursor, isVersionKey)?.[0] ?? null;
    const rows = await this.database.forCaller(caller, (tx) => this.versions.list(tx, before, limit + 1));
    return pageOf(rows, limit, toPolicyVersionSummaryDto, ({ version }) => [version]);
  }

  readVersion(caller: Caller, version: number): Promise<PolicyVersionDto> {
    return this.database.forCaller(caller, async (tx) => toPolicyVersionDto(await this.find(tx, version)));
  }

  /** What `other` says differently. @throws PolicyVersionNotFound */
  diff(caller: Caller, version: number, other: number): Promise<PolicyDiffDto> {
    return this.database.forCaller(caller, async (tx) => {
      const [{ document: before }, { document: after }] = [await this.find(tx, version), await this.find(tx, other)];
      return toPolicyDiffDto(version, other, diffDocuments(before, after));
    });
  }

  private async save(tx: TenantTx, document: RetentionDocument, { actor }: Caller): Promise<number> {
    const version = await this.versions.insert(tx, document, actor, await this.clock.now(tx));
    await this.journal.appendOfTenant(tx, { type: 'policy.drafted', actor, data: { version } });
    return version;
  }

  private async find(tx: TenantTx, version: number): Promise<PolicyVersion> {
    const found = await this.versions.find(tx, version);
    if (!found) throw new PolicyVersionNotFound();
    return found;
  }
}
