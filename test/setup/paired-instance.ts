import { type ApiClient, until } from '#libs/testing';

export interface InstanceView {
  id: string;
  lifecycle: string;
  desiredState: string;
  version: number;
  connection: { state: string; reason: string | null; phoneNumber: string | null };
  retention: { nextAction: string | null; dueAt: string | null; ruleId: string | null };
}

export async function readInstance(client: ApiClient, id: string): Promise<InstanceView> {
  return (await client.get<InstanceView>(`/v1/instances/${id}`)).body;
}

export function untilConnected(client: ApiClient, id: string, ms?: number): Promise<boolean> {
  return until('connected', async () => (await readInstance(client, id)).connection.state === 'connected', ms) as Promise<boolean>;
}

/** What can be scanned now. */
export function untilQr(client: ApiClient, id: string): Promise<string> {
  return until('a QR code', async () => (await client.get<{ pairing?: { qr: string } }>(`/v1/instances/${id}/connection`)).body.pairing?.qr) as Promise<string>;
}

/** Stops it, and returns when its session has ended. */
export async function stopInstance(client: ApiClient, id: string): Promise<void> {
  await client.post(`/v1/instances/${id}/stop`);
  await until('stopped', async () => (await readInstance(client, id)).connection.state === 'disconnected');
}

/** A new instance that a simulated phone has scanned and that is connected. Gives its id. `phones`: the sandbox, where it is another process. */
export async function pairInstance(client: ApiClient, name: string, phoneNumber: string, phones = client): Promise<string> {
  const { body } = await client.post<{ id: string }>('/v1/instances', { name });
  await pairExisting(client, body.id, name, phoneNumber, phones);
  return body.id;
}

/** The same for an instance that is there already. */
export async function pairExisting(client: ApiClient, id: string, name: string, phoneNumber: string, phones = client): Promise<void> {
  await phones.post('/v1/sandbox/phones', { phoneNumber, name });
  await client.post(`/v1/instances/${id}/start`);
  await phones.post(`/v1/sandbox/phones/${phoneNumber}/scan`, { qr: await untilQr(client, id) });
  await untilConnected(client, id);
}
