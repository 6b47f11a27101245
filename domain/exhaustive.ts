/** Marks a branch that the types rule out; reaching it means that data does not match its type. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
