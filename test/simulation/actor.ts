/** Shared by all workflows: a loop that pauses at each wait until the scheduler resumes it, orders, and a record. */
import type { DeploymentMove, DeploymentRecord } from '../../domain/change.js'
import type { AuditEvent } from '../../domain/events.js'
import type { Outcome } from '../../domain/refusal.js'
import { type Answer, answerBefore, type StoredState, withAnswer } from '../../domain/stored-state.js'
import type { Setting } from './setting.js'

interface Parts {
  readonly newDeployments?: readonly DeploymentRecord[]
  readonly moves: readonly DeploymentMove[]
  readonly events: readonly AuditEvent[]
}

/** The state of a loop: it is idle, or waits for something outside of it that has happened when it continues. */
export type Stand = 'idle' | 'waits'

export abstract class Actor<State extends StoredState & { readonly recent?: readonly Answer[] }> {
  readonly id: string
  state: State
  protected readonly world: Setting
  protected dirty = false
  private parts: Parts = { newDeployments: [], moves: [], events: [] }
  private readonly loop: Generator<Stand, void>
  /** False once its workflow has ended. */
  runs = true
  idle = false

  constructor(world: Setting, id: string, state: State) {
    this.world = world
    this.id = id
    this.state = state
    this.loop = this.run()
  }

  /** Whether all its decisions are written: what is not is lost with its history. */
  get isRecorded(): boolean {
    return !this.dirty && this.world.record.states.get(this.id) === this.state
  }

  get isDirty(): boolean {
    return this.dirty
  }

  /** Its answer to that order. */
  answered(key: string): Outcome | null {
    return answerBefore(this.state.recent ?? [], key)
  }

  protected abstract run(): Generator<Stand, void>

  /** Continues to its next wait. */
  goOn(): void {
    const { value, done } = this.loop.next()
    this.idle = done === true || value === 'idle'
    if (done) this.runs = false
  }

  protected add({ newDeployments = [], moves, events }: Parts): void {
    this.dirty = true
    this.parts = {
      newDeployments: [...(this.parts.newDeployments ?? []), ...newDeployments],
      moves: [...this.parts.moves, ...moves],
      events: [...this.parts.events, ...events],
    }
  }

  /** A workflow that dies at this wait may or may not have written and sent it; otherwise others may receive it twice. */
  protected *publish(tell = (): void => undefined): Generator<Stand, void> {
    this.state = { ...this.state, seq: this.state.seq + 1 }
    const { state, id } = this
    const { newDeployments = [], moves, events } = this.parts
    const key = `${id}/${state.run}/${state.seq}`
    this.parts = { newDeployments: [], moves: [], events: [] }
    this.dirty = false
    const write = (): void =>
      this.world.record.write({ key, workflow: id, state, newDeployments, moves, events })
    const { chance } = this.world
    if (chance.onceIn(2)) {
      write()
      if (chance.onceIn(3)) tell()
    }
    yield 'waits'
    write()
    tell()
  }

  /** Decides an order once, by its key. */
  protected answer(key: string, decide: () => Outcome): Outcome {
    const before = answerBefore(this.state.recent ?? [], key)
    if (before) return before
    const outcome = decide()
    this.state = { ...this.state, recent: withAnswer(this.state.recent ?? [], key, outcome) }
    // An answer has to be recorded: a workflow restored from the record must know it.
    this.dirty = true
    return outcome
  }
}
