import type { Routed } from './api-document.js';

export interface RouteTraits {
  path: string;
  guarded: boolean;
  mutation: boolean;
  versioned: boolean;
  /** shows a secret once: its reply is not kept as long as others */
  revealsOnce: boolean;
  hasBody: boolean;
}

/** The statuses that every route of this kind can answer with, whatever else its controller declares. */
export function planProblems({ path, guarded, mutation, versioned, revealsOnce, hasBody }: RouteTraits): number[] {
  // a query that cannot be read is refused before anybody looks where it goes
  if (!guarded) return [400];
  const inPath = path.includes('{');
  return [
    ...[400, 401, 403],
    ...(inPath ? [404] : []),
    ...(mutation ? [409] : []),
    ...(mutation && revealsOnce ? [410] : []),
    ...(mutation && versioned ? [412] : []),
    ...(hasBody ? [413, 415] : []),
    // also where nothing is taken: whatever is sent is named
    ...[422, 429, 500, 503],
  ];
}

/** @example `/v1/instances/{id}/messages` -> `instance`: what the last id of the path is an id of */
export function namedByPath(path: Routed['path']): string | undefined {
  return /([a-z-]+)s\/\{[^/]+\}[^{]*$/.exec(path)?.[1];
}
