import { Unanswered } from '../../domain/workflow-errors.js'

/**
 * Asks again with the same key while there is no answer, as the bot's pump does. A task that the server handed to a
 * worker in the moment it stopped is lost until it times out, and the one who asked gives up just then.
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
