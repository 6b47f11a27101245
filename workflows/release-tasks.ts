/** Long effects of a release that run beside its loop. */
import type { Outcome } from '../domain/refusal.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { ReleaseStep } from '../domain/release/step.js'
import { faultOf } from './faults.js'

/** What a finished task does to the release as it is by then. */
export type Later = (state: ReleaseState) => ReleaseStep

/** Long effects run beside the loop: approvals of another candidate do not wait for a build or a slow remote. */
export class Tasks {
  running = 0
  /** What the last pick came to. */
  pickAnswer: Outcome | null = null
  /** What the cut of a draft came to. */
  cutAnswer: Outcome | null = null
  private readonly finish: (later: Later) => void

  constructor(finish: (later: Later) => void) {
    this.finish = finish
  }

  start(task: Promise<Later>): void {
    this.running++
    void task
      .finally(() => {
        this.running--
      })
      .then((later) => this.finish(later))
      .catch((error: unknown) => faultOf(error, 'task'))
  }
}
