/** Returns the value, or `late` when it takes longer. A late promise keeps running; its result is ignored. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late')
  })
  void Promise.allSettled([work])
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
