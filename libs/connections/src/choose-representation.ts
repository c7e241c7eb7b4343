/** What a connection can be shown as, the default first. */
export const REPRESENTATIONS = ['application/json', 'image/svg+xml', 'image/png', 'text/plain'] as const;
export type Representation = (typeof REPRESENTATIONS)[number];

/** The one an Accept header wants most; what it does not know is answered with JSON. */
export function chooseRepresentation(accept: string | undefined): Representation {
  const wanted = (accept ?? '').split(',').map(parseRange);
  const best = wanted.filter(({ type }) => matching(type)).sort((a, b) => b.quality - a.quality)[0];
  return best && best.quality > 0 ? matching(best.type)! : 'application/json';
}

function parseRange(range: string): { type: string; quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: quality ? Number(quality.slice(2)) || 0 : 1 };
}

function matching(type: string): Representation | undefined {
  if (type === '*/*') return 'application/json';
  return REPRESENTATIONS.find((known) => known === type || type === `${known.split('/')[0]}/*`);
}
