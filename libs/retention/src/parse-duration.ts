export const SECOND = 1_000;
export const DAY = 86_400 * SECOND;

const DURATION = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = [7 * DAY, DAY, 3_600 * SECOND, 60 * SECOND, SECOND] as const;

/**
 * Milliseconds of an ISO 8601 duration in whole weeks, days, hours, minutes and seconds; null when it is not one.
 * Years and months are not: they have no fixed length. A number too large to hold is Infinity.
 */
export function parseDuration(text: string): number | null {
  const parts = DURATION.exec(text)?.slice(1);
  if (!parts) return null;
  return UNITS.reduce((sum, unit, i) => sum + Number(parts[i] ?? 0) * unit, 0);
}
