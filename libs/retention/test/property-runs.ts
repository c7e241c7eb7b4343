/** How many cases a property is tried on: TENURE_PROPERTY_RUNS, else what the test asks for. */
export function propertyRuns(usual: number): number {
  return Number(process.env.TENURE_PROPERTY_RUNS ?? usual);
}
