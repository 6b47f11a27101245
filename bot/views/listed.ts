/** At most `most` names, separated by commas, and how many more there are of `total`. */
export function listed(names: readonly string[], most: number, total = names.length): string {
  const shown = names.slice(0, most)
  return total > shown.length ? `${shown.join(', ')} and ${total - shown.length} more` : shown.join(', ')
}
