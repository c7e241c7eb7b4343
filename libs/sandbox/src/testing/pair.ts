import type { TenantId } from '#libs/contracts';
import type { UserFacingSocketConfig } from '@whiskeysockets/baileys';
import { type ClientMemory, newMemory, TestClient } from './test-client.js';
import type { TestSandbox } from './test-sandbox.js';

/** A client linked by QR code to a phone that is made for it, open and in possession of its history. */
export async function pairedClient(sandbox: TestSandbox, tenantId: TenantId, number: string, config?: Partial<UserFacingSocketConfig>): Promise<TestClient> {
  await sandbox.phones.create(tenantId, number);
  const memory = await linkedMemory(sandbox, tenantId, number, config);
  const client = await new TestClient(await sandbox.serverOf(tenantId), memory, config).open();
  return client.settled();
}

/** What a client remembers after it was linked and before it logged in for the first time. */
export async function linkedMemory(sandbox: TestSandbox, tenantId: TenantId, number: string, config?: Partial<UserFacingSocketConfig>): Promise<ClientMemory> {
  const memory = newMemory();
  const client = new TestClient(await sandbox.serverOf(tenantId), memory, config);
  await Promise.all([sandbox.qr.scan(tenantId, number, await client.nextQr()), client.closed()]);
  return memory;
}
