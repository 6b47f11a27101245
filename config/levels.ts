/** The settings that decide an environment's level. `alongside` is empty when not given. */
export interface Placed {
  readonly name: string
  readonly alongside: string
}

/**
 * The level of each environment: one above all before it, or that of the earlier environment it stands alongside. An `alongside`
 * with an unknown name is ignored here; the checks report it.
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
