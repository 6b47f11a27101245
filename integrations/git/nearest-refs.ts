const MOST = 3

function cost(same: boolean): number {
  return same ? 0 : 1
}

/** Damerau-Levenshtein distance: the number of wrong, missing, extra or swapped letters. */
function typingDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + cost(a[i - 1] === b[j - 1]),
          swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

function rank(asked: string, name: string): number {
  const wanted = asked.toLowerCase()
  const candidate = name.toLowerCase()
  const distance = typingDistance(wanted, candidate)
  // `login` for `feature/login`: part of a name counts as one mistake.
  return wanted.length >= 3 && candidate.includes(wanted) ? Math.min(distance, 1) : distance
}

/** Probable matches, nearest first, at most 3; none if nothing is close. */
export function nearestRefs(asked: string, names: readonly string[]): readonly string[] {
  const tolerated = Math.max(1, Math.floor(asked.length / 3))
  return [...new Set(names)]
    .map((name) => ({ name, distance: rank(asked, name) }))
    .filter(({ distance }) => distance <= tolerated)
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name, 'en'))
    .slice(0, MOST)
    .map(({ name }) => name)
}
