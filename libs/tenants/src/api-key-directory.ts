import { Injectable, Logger } from '@nestjs/common';
import { KeyDirectory, type KeyHolder, type RequestId } from '#libs/contracts';
import { ApiKeysRepository, type LiveKey } from './api-keys.repository.js';
import { kindOf, matches, prefixOf } from './key-material.js';
import { OperatorKeys } from './operator-keys.js';

/** Who a bearer key belongs to. Wrong, expired, revoked and unknown keys are all nobody's. */
@Injectable()
export class ApiKeyDirectory extends KeyDirectory {
  private readonly log = new Logger(ApiKeyDirectory.name);

  constructor(
    private readonly apiKeys: ApiKeysRepository,
    private readonly operatorKeys: OperatorKeys,
  ) {
    super();
  }

  async authenticate(key: string, requestId: RequestId): Promise<KeyHolder | null> {
    const kind = kindOf(key);
    if (kind === 'op') return this.operator(key, requestId);
    return kind ? this.tenant(key, requestId) : null;
  }

  private async operator(key: string, requestId: RequestId): Promise<KeyHolder | null> {
    const keyId = await this.operatorKeys.find(key);
    if (!keyId) return null;
    return { principal: { kind: 'operator', keyId, actor: { kind: 'api_key', id: keyId, requestId } }, requestsPerMinute: null, suspended: false };
  }

  private async tenant(key: string, requestId: RequestId): Promise<KeyHolder | null> {
    const found = await this.apiKeys.findLive(prefixOf(key));
    if (!found || !matches(key, found.hash)) return null;
    if (found.useIsNews) this.noteUse(found);
    const { id: keyId, tenantId, environment, scopes, requestsPerMinute, suspended } = found;
    const principal = { kind: 'tenant', keyId, tenantId, environment, scopes, actor: { kind: 'api_key', id: keyId, requestId } } as const;
    return { principal, requestsPerMinute, suspended };
  }

  /** Nobody waits for it: it is for people to see which keys nobody uses, to the minute. */
  private noteUse({ tenantId, id }: LiveKey): void {
    this.apiKeys.touch(tenantId, id).catch((error: Error) => this.log.warn(`the last use of a key was not noted: ${error.message}`));
  }
}
