/**
 * How many cases a property over sequences of events tries. `PROPERTY_RUNS` multiplies the usual number: `PROPERTY_RUNS=10`
 * for more cases, 0.1 for fewer.
 */
export function propertyRuns(usual: number): number {
  const factor = Number(process.env['PROPERTY_RUNS'] ?? 1)
  if (!(factor > 0))
    throw new Error(`PROPERTY_RUNS must be a number above 0, is ${process.env['PROPERTY_RUNS']}`)
  return Math.ceil(usual * factor)
}
