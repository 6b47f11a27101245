/** The value below which the given share of the values lies (0.5: the median); null when there are none. */
export function quantile(values: readonly number[], at: number): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? null
}
