/** Removes secrets from what activities throw, since that goes into workflow histories and, as a reason, to people. */

/** Runs an activity's work; if it throws, every text that people or histories see is redacted first. */
export async function redactFailures<Result>(
  redact: (text: string) => string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    clean(error, redact)
    throw error
  }
}

/** Changes the error in place, since its type decides whether the work is retried. */
function clean(error: unknown, redact: (text: string) => string): void {
  for (let one = error; one instanceof Error; one = one.cause) {
    one.message = redact(one.message)
    if (one.stack !== undefined) one.stack = redact(one.stack)
  }
}
