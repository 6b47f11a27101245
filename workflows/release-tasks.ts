/** Long effects of a release that run beside its loop. */
import type { Outcome } from '../domain/refusal.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { ReleaseStep } from '../domain/release/step.js'
import type { ReleaseInput } from './messages.js'

/** What a finished task does to the release as it is by then. */
export type Later = (state: ReleaseState) => ReleaseStep

/** Long effects run beside the loop: approvals of another candidate do not wait for a build or a slow remote. */
export class Tasks {
  running = 0
  /** What the last pick came to; null while one is under way. */
  pickAnswer: Outcome | null = null
  /** What the cut of a draft came to; null while it is under way. */
  cutAnswer: Outcome | null = null
  readonly input: ReleaseInput
  private readonly finish: (later: Later) => void

  constructor(input: ReleaseInput, finish: (later: Later) => void) {
    this.input = input
    this.finish = finish
  }

  start(task: Promise<Later>): void {
    this.running++
    void task.then((later) => {
      this.running--
      this.finish(later)
    })
  }
}
