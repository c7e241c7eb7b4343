import type { Answer, ApiClient } from './api-client.js';

interface Activated {
  version: number;
}

/** Puts a version in force as a careful person does: they see first what it would do. */
export async function activateVersion(client: ApiClient, version: number): Promise<Answer<Activated>> {
  const { body } = await client.post<{ previewToken?: string }>(`/v1/retention-policy/versions/${version}/preview`);
  return client.post<Activated>(`/v1/retention-policy/versions/${version}/activate`, { previewToken: body.previewToken });
}
