/** Marks a branch the types rule out; reaching it means that data escaped its type. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
