import { type Client, createClient } from './generated/client/index.js';
import * as operations from './generated/sdk.gen.js';
import { patientFetch } from './patient-fetch.js';
import type { Patience } from './plan-retry.js';
import { toThrowable } from './tenure-problem.js';

export interface TenureOptions extends Partial<Patience> {
  /** @example https://tenure.example.com */
  baseUrl: string;
  /** an API key, or a function that gives one */
  key: string | (() => string | Promise<string>);
  /** another fetch than the platform's, for example one that goes through a proxy */
  fetch?: typeof globalThis.fetch;
}

/**
 * Every operation of the API, by its operationId. Each answers with `{ data, response }`: the headers matter too (ETag, RateLimit).
 * An error is thrown: a `TenureProblem` when the server answered with one.
 */
export type Tenure = typeof operations;

const PATIENCE: Patience = { retries: 4, firstWaitMs: 250, longestWaitMs: 30_000 };

export function createTenure({ baseUrl, key, fetch = globalThis.fetch, ...patience }: TenureOptions): Tenure {
  const auth = typeof key === 'string' ? key : () => key();
  const client = createClient({ baseUrl, auth, throwOnError: true, fetch: patientFetch(fetch, { ...PATIENCE, ...patience }) });
  client.interceptors.error.use(toThrowable);
  return bind(client);
}

/** The generated operations speak through a client that each call names; here it is always this one. */
function bind(client: Client): Tenure {
  const bound = Object.entries(operations).map(([name, operation]) => {
    const call = operation as (options: object) => unknown;
    return [name, (options: object = {}) => call({ ...options, client })];
  });
  return Object.fromEntries(bound) as Tenure;
}
