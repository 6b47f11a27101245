/** The choices a misspelt word was probably meant to be, nearest first, at most three. Empty when none is close. */
export function nearest(word: string, choices: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase()
  // A third of the letters may be wrong: more turns every short word into every other.
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return choices
    .map((choice) => ({ choice, distance: editDistance(wanted, choice.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ choice }) => choice)
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  let older: number[] = []
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const steps = [
        (current[column - 1] ?? 0) + 1,
        (previous[column] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        row > 1 && column > 1 && swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      ]
      current.push(Math.min(...steps))
    }
    older = previous
    previous = current
  }
  return previous[other.length] ?? 0
}
