/** Marks a promise that its owner awaits later, after other work: if it fails meanwhile, that counts then, and not as unhandled. */
export function awaitedLater<Value>(work: Promise<Value>): Promise<Value> {
  void Promise.allSettled([work])
  return work
}

/** Like `Promise.all`, but waits for all even if one fails: none goes on where its caller cleans up, or records the failure. */
export async function together<const Works extends readonly Promise<unknown>[]>(
  works: Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
