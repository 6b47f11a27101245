/** Instants are ISO texts in UTC, so that they sort as text. */

/** The instant a number of milliseconds after another. */
export const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/** The earliest of several instants. */
export function earliest(instants: readonly (string | null | undefined)[]): string | null {
  const known = instants.filter((one) => one != null)
  return known.toSorted()[0] ?? null
}
