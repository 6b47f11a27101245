import { Unanswered } from '../../domain/workflow-errors.js'

/**
 * Repeats a request with the same key while there is no answer, as the inbox worker does. A task that the server gave to a
 * worker just as it stopped is lost until it times out, and the caller gives up just then.
 */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>, most = 5): Promise<Answer> {
  for (let asked = 1; ; asked++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Unanswered) || asked === most) throw error
    }
  }
}
