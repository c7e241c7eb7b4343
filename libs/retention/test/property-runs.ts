const TIMES = { short: 20, full: 1_000 };

/** How many cases a property is tried on: TENURE_PROPERTY_RUNS, else what the test asks for. */
export function propertyRuns(usual: number): number {
  return Number(process.env.TENURE_PROPERTY_RUNS ?? usual);
}

/** The same, and many times as many in a campaign. */
export function campaignRuns(usual: number): number {
  return propertyRuns(usual * (TIMES[process.env.TENURE_CAMPAIGN as keyof typeof TIMES] ?? 1));
}
