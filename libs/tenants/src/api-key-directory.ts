import { Injectable } from '@nestjs/common';
import { type Caller, KeyDirectory, type Operator, type RequestId } from '#libs/contracts';
import { ApiKeysRepository } from './api-keys.repository.js';
import { kindOf, matches, prefixOf } from './key-material.js';
import { OperatorKeys } from './operator-keys.js';

/** Who a bearer key belongs to. Wrong, expired, revoked and unknown keys are all nobody's. */
@Injectable()
export class ApiKeyDirectory extends KeyDirectory {
  constructor(
    private readonly apiKeys: ApiKeysRepository,
    private readonly operatorKeys: OperatorKeys,
  ) {
    super();
  }

  async authenticate(key: string, requestId: RequestId): Promise<Caller | Operator | null> {
    const kind = kindOf(key);
    if (kind === 'op') return this.operator(key, requestId);
    return kind ? this.tenant(key, requestId) : null;
  }

  private async operator(key: string, requestId: RequestId): Promise<Operator | null> {
    const keyId = await this.operatorKeys.find(key);
    return keyId && { kind: 'operator', keyId, actor: { kind: 'api_key', id: keyId, requestId } };
  }

  private async tenant(key: string, requestId: RequestId): Promise<Caller | null> {
    const found = await this.apiKeys.findLive(prefixOf(key));
    if (!found || !matches(key, found.hash)) return null;
    const { id: keyId, tenantId, environment, scopes } = found;
    return { kind: 'tenant', keyId, tenantId, environment, scopes, actor: { kind: 'api_key', id: keyId, requestId } };
  }
}
