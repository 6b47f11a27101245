/** The choices that a misspelt word most likely means, nearest first, at most three. Empty when none is close. */
export function nearest(word: string, choices: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase()
  // A third of the letters may be wrong; with more, every short word would match every other.
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return choices
    .map((choice) => ({ choice, distance: editDistance(wanted, choice.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ choice }) => choice)
}

/** Counts insertions, deletions, replacements and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  let older: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = nextRow({ one, other, row }, previous, older)
    older = previous
    previous = current
  }
  return previous[other.length] ?? 0
}

interface Comparison {
  readonly one: string
  readonly other: string
  readonly row: number
}

function nextRow(
  { one, other, row }: Comparison,
  previous: readonly number[],
  older: readonly number[],
): number[] {
  const current = [row]
  for (let column = 1; column <= other.length; column++) {
    const replaced = cell(previous, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1)
    const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
    const swap = swapped ? cell(older, column - 2) + 1 : Number.POSITIVE_INFINITY
    current.push(Math.min(cell(current, column - 1) + 1, cell(previous, column) + 1, replaced, swap))
  }
  return current
}

function cell(line: readonly number[], column: number): number {
  return line[column] ?? Number.POSITIVE_INFINITY
}
