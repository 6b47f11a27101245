/** Long effects of a release that run beside its loop. */
import type { Outcome } from '../domain/refusal.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { ReleaseStep } from '../domain/release/step.js'
import { faultOf } from './faults.js'

/** What a finished task does to the release's state at that time. */
export type Continuation = (state: ReleaseState) => ReleaseStep

/** Long effects run beside the loop: approvals of another candidate do not wait for a build or a slow remote. */
export class Tasks {
  running = 0
  /** The host that offered to build the first candidate. */
  builder: string | null
  /** The outcome of the last pick. */
  pickAnswer: Outcome | null = null
  /** The outcome of a draft's cut. */
  cutAnswer: Outcome | null = null
  private readonly finish: (later: Continuation) => Promise<void>

  constructor(builder: string | null, finish: (later: Continuation) => Promise<void>) {
    this.builder = builder
    this.finish = finish
  }

  start(task: Promise<Continuation>): void {
    this.running++
    void task
      .finally(() => {
        this.running--
      })
      .then((later) => this.finish(later))
      .catch((error: unknown) => faultOf(error, 'task'))
  }
}
