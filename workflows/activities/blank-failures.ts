/** What an activity throws goes into its workflow's history and, as a reason, to people. */

/** Runs an activity's work; of what it throws, every text that people or histories see is blanked first. */
export async function blankFailures<Result>(
  blank: (text: string) => string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    clean(error, blank)
    throw error
  }
}

/** In place, since what kind of error it is decides whether the work is done again. */
function clean(error: unknown, blank: (text: string) => string): void {
  for (let one = error; one instanceof Error; one = one.cause) {
    one.message = blank(one.message)
    if (one.stack !== undefined) one.stack = blank(one.stack)
  }
}
