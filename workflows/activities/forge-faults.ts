import { Context } from '@temporalio/activity'
import type { Refused } from './pick-types.js'

/** How often an unreachable forge is asked. */
const PATIENCE = 4

/** Asks the forge for something that a person waits for; if it stays unreachable, or takes no sign-in, the person is told. */
export async function orAway<Answer>(work: () => Promise<Answer>): Promise<Answer | Refused> {
  try {
    return await work()
  } catch (error) {
    if (Context.current().info.attempt < PATIENCE) throw error
    return { kind: 'refused', refusal: { code: 'unavailable', what: 'GitHub' } }
  }
}
