/** Marks a promise that its owner awaits later, after other work: if it fails meanwhile, that counts then, and not as unhandled. */
export function awaitedLater<Value>(work: Promise<Value>): Promise<Value> {
  void Promise.allSettled([work])
  return work
}
