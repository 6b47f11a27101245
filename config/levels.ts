/** What of an environment decides its level. `alongside` is empty when it is not given. */
export interface Placed {
  readonly name: string
  readonly alongside: string
}

/**
 * The level of each environment: one above all before it, or that of the earlier environment it stands alongside.
 * An `alongside` that leads nowhere counts as none; the checks report it.
 */
export function levelsOf(environments: readonly Placed[]): readonly number[] {
  const levels: number[] = []
  for (const { alongside } of environments) {
    const earlier = environments
      .slice(0, levels.length)
      .findIndex(({ name }) => name !== '' && name === alongside)
    levels.push(levels[earlier] ?? Math.max(-1, ...levels) + 1)
  }
  return levels
}
