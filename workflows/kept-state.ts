/**
 * The state of a workflow that takes orders. It changes between records only: an order is tried on a draft, the draft is recorded
 * if Slipway sent the order, and only then becomes the state. So what is decided, proven and written together is one activity.
 */
import { condition } from '@temporalio/workflow'
import type { Answer, StoredState } from '../domain/stored-state.js'
import type { OutgoingSignal } from './activities/index.js'
import { isSentByUs, type Message } from './attest.js'
import { orderFault } from './faults.js'
import type { Parts, Recorder, Rows } from './recorder.js'

/** A state with the answers it remembers. */
export interface Answering extends StoredState {
  readonly recent: readonly Answer[]
}

/** What a rule decided: the new state, and what is written with it. */
export interface Decision<State> extends Partial<Parts> {
  readonly state: State
}

/** The state as it will be, with the steps that are not recorded yet. */
export class Draft<State, Step extends Decision<State>> {
  state: State
  readonly recorder: Recorder
  readonly steps: Step[]

  constructor(state: State, recorder: Recorder, steps: readonly Step[] = []) {
    this.state = state
    this.recorder = recorder
    this.steps = [...steps]
  }

  /** `order`: the key in the inbox of the order that the step carries out. */
  take(step: Step, order: string | null = null): void {
    this.state = step.state
    this.recorder.add(step, order)
    this.steps.push(step)
  }

  copy(): Draft<State, Step> {
    return new Draft(this.state, this.recorder.copy(), this.steps)
  }
}

/** What is written of a draft besides its state. */
export interface Written {
  readonly rows: Rows
  /** Sent once it is written. */
  readonly signals?: readonly OutgoingSignal[]
}

/** An order that waits to be tried. */
interface Waiting<State, Step extends Decision<State>> {
  readonly message: Message
  /** Tries it and keeps the result. */
  readonly attempt: (draft: Draft<State, Step>) => void
  readonly end: (how: 'taken' | 'not-sent' | { readonly fault: unknown }) => void
}

export class KeptState<State extends StoredState, Step extends Decision<State>> {
  private draft: Draft<State, Step>
  private readonly waiting: Waiting<State, Step>[] = []
  /** What happened while a draft is being recorded, to be applied after it; null while none is. */
  private later: (() => void)[] | null = null
  private readonly begin: (step: Step) => void

  /** `begin` is called with each step that has become part of the state. */
  constructor(state: State, recorder: Recorder, begin: (step: Step) => void = () => undefined) {
    this.draft = new Draft(state, recorder)
    this.begin = begin
  }

  get state(): State {
    return this.draft.state
  }

  /** Whether something has to be written. */
  get dirty(): boolean {
    return this.draft.recorder.isDue
  }

  /** When what was only noted has to be written, as an ISO instant; null when nothing was. */
  get due(): string | null {
    const { dueAt } = this.draft.recorder
    return dueAt === null ? null : new Date(dueAt).toISOString()
  }

  /** Whether an order waits for {@link write}. */
  get hasOrder(): boolean {
    return this.waiting.length > 0
  }

  /** Applies a step at once. Only for the workflow's loop, which does nothing else while it writes. */
  take(step: Step): void {
    this.mustNotWrite()
    this.draft.take(step)
    this.begin(step)
  }

  /** Applies a step that is written with the next change, or soon. Only for the workflow's loop. */
  note(step: Step): void {
    const { recorder } = this.draft
    const { dirty } = recorder
    this.take(step)
    recorder.dirty = dirty
    recorder.note()
  }

  /** Replaces the state; with `dirty` it is to be written. Only for the workflow's loop. */
  set(state: State, { dirty }: { readonly dirty: boolean }): void {
    this.mustNotWrite()
    this.draft.state = state
    if (dirty) this.draft.recorder.dirty = true
  }

  private mustNotWrite(): void {
    if (this.later !== null) throw new Error('The state was changed while it was being written')
  }

  /** Applies what a handler or a task found out: now, or once what is being written is written. */
  async change(apply: () => void): Promise<void> {
    const { later } = this
    if (later === null) return apply()
    await new Promise<void>((resolve, reject) => {
      later.push(() => {
        try {
          resolve(apply())
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  }

  /**
   * Waits until the loop tried the message, and returns what `attempt` returned. Null: Slipway never sent it, and nothing changed.
   * Throws what `attempt` throws, and what cannot be written of its result; nothing changed then either.
   */
  propose<Result>(message: Message, attempt: (draft: Draft<State, Step>) => Result): Promise<Result | null> {
    return new Promise((resolve, reject) => {
      let result: Result | null = null
      this.waiting.push({
        message,
        attempt: (draft) => {
          result = attempt(draft)
        },
        end: (how) => {
          if (how === 'taken') resolve(result)
          else if (how === 'not-sent') resolve(null)
          else reject(how.fault)
        },
      })
    })
  }

  /**
   * Tries the next order, if one waits, and records what is not recorded yet. `prepare` completes the draft, given the steps of
   * that order, and returns what is written of it; null: nothing is to be written now.
   */
  async write(prepare: (draft: Draft<State, Step>, tried: readonly Step[]) => Written | null): Promise<void> {
    const order = this.waiting.shift() ?? null
    const draft = this.draft.copy()
    draft.recorder.dirty = this.dirty
    const known = draft.steps.length
    this.later = []
    try {
      order?.attempt(draft)
      const written = prepare(draft, draft.steps.slice(known))
      const { sent, recorded } = await record(draft, written, order)
      if (sent) this.commit(draft, { known, recorded })
      order?.end(sent ? 'taken' : 'not-sent')
    } catch (error) {
      // A fault costs the order that is tried; without one it is the loop's.
      const fault = orderFault(error)
      if (order === null || fault === null) throw error
      order.end((await isSentByUs(this.draft.recorder.app, order.message)) ? { fault } : 'not-sent')
    } finally {
      const later = this.later
      this.later = null
      for (const apply of later) apply()
    }
  }

  private commit(
    { state, recorder, steps }: Draft<State, Step>,
    { known, recorded }: { readonly known: number; readonly recorded: boolean },
  ): void {
    this.draft = new Draft(state, recorder, recorded ? [] : steps)
    for (const step of steps.slice(known)) this.begin(step)
  }

  /** Waits for work in the loop; orders are tried in the meantime. */
  async during<Result>(work: Promise<Result>, tryOrder: () => Promise<void>): Promise<Result> {
    let ended = false
    void Promise.allSettled([work]).then(() => {
      ended = true
    })
    for (;;) {
      await condition(() => ended || this.hasOrder)
      if (!this.hasOrder) return work
      await tryOrder()
    }
  }
}

/** Writes the draft if Slipway sent the order it carries out. */
async function record<State extends StoredState, Step extends Decision<State>>(
  { state, recorder }: Draft<State, Step>,
  written: Written | null,
  order: Pick<Waiting<State, Step>, 'message'> | null,
): Promise<{ readonly sent: boolean; readonly recorded: boolean }> {
  const message = order?.message ?? null
  if (written === null) {
    return { sent: message === null || (await isSentByUs(recorder.app, message)), recorded: false }
  }
  const { rows, signals = [] } = written
  const sent = await recorder.flush(state, rows, { signals, message })
  return { sent, recorded: sent }
}
