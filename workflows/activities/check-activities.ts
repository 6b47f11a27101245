import { Context } from '@temporalio/activity'
import {
  type CheckProblem,
  type CheckReading,
  judgeChecks,
  sameChecks,
  unknownChecks,
} from '../../domain/forge/checks.js'
import { afterFault, ForgeFault } from '../../domain/forge/fault.js'
import type { Forge } from '../../domain/forge/reports.js'
import type { Clock } from '../../domain/ports.js'
import type { CheckActivities, ChecksOrder } from './check-types.js'
import { stillWaiting } from './still-waiting.js'

export interface CheckNeeds {
  /** Null when Slipway has no GitHub access: then the state of every check is unknown. */
  readonly forge: Pick<Forge, 'has' | 'checksOf'> | null
  readonly clock: Clock
}

/** How often an unreachable forge is asked before people are told. */
const PATIENCE = 4

export function createCheckActivities({ forge, clock }: CheckNeeds): CheckActivities {
  return {
    readChecks: async (order) => {
      const { reading, afterMs } = await look(forge, order, clock.now())
      const { known } = order
      const { attempt } = Context.current().info
      const hasty = reading.problem !== null && known?.problem === null && attempt < PATIENCE
      if (known === null || (!sameChecks(reading, known) && !hasty)) return reading
      throw stillWaiting('ChecksUnchanged', 'The checks are as they were', afterMs)
    },
  }
}

interface Look {
  readonly reading: CheckReading
  /** How long a rate limit lasts, null when there is none. */
  readonly afterMs: number | null
}

async function look(
  forge: CheckNeeds['forge'],
  { repository, commit, names }: ChecksOrder,
  now: Date,
): Promise<Look> {
  const at = now.toISOString()
  const unknown = (problem: CheckProblem, afterMs: number | null = null): Look => ({
    reading: unknownChecks(names, problem, at),
    afterMs,
  })
  if (forge === null) return unknown({ kind: 'not-signed-in' })
  if (!forge.has(repository)) return unknown({ kind: 'elsewhere' })
  try {
    return { reading: judgeChecks(names, await forge.checksOf(repository.url, commit), at), afterMs: null }
  } catch (error) {
    if (!(error instanceof ForgeFault)) throw error
    const after = afterFault(error.facts, Context.current().info.attempt, now.getTime())
    const limit = after.kind === 'again' && after.everything ? after.afterMs : null
    return unknown({ kind: 'no-answer', message: error.message.slice(0, 200) }, limit)
  }
}
