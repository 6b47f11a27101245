import type { Foresee, StageRunner } from '../../domain/ports.js'
import type { StageRun } from '../../domain/stage.js'
import { UnknownRunnerError } from './runner-errors.js'

/** The runners of this worker by kind. */
export interface StageRunners {
  /** Throws {@link UnknownRunnerError} if there is no runner of the kind. */
  get(kind: StageRun['kind']): StageRunner
  /** As {@link StageRunner.foresee}; without a runner of the kind nothing is begun. */
  foresee: Foresee
}

/** Registers one runner per kind. Throws if two have the same kind. */
export function createStageRunners(runners: readonly StageRunner[]): StageRunners {
  const byKind = new Map<StageRun['kind'], StageRunner>()
  for (const runner of runners) {
    if (byKind.has(runner.kind)) throw new Error(`Two stage runners of kind ${runner.kind}`)
    byKind.set(runner.kind, runner)
  }
  return {
    foresee: (stage) => byKind.get(stage.run.kind)?.foresee?.(stage),
    get: (kind) => {
      const runner = byKind.get(kind)
      if (runner !== undefined) return runner
      const known = [...byKind.keys()].join(', ') || 'none'
      throw new UnknownRunnerError(`This worker has no stage runner of kind ${kind} (it has: ${known})`)
    },
  }
}
