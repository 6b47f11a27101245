/** The train of an app (G.9): announces, departs on schedule, and takes orders. Lives as long as the configuration has it. */
import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { trainRules } from '../domain/train/orders.js'
import {
  announceTrain,
  configuredTrain,
  departTrain,
  failedTrain,
  judgedAt,
  leftTrain,
  loadTrain,
  nextTrainDuty,
  type TrainStep,
  trainDuty,
} from '../domain/train/rules.js'
import { newTrain, type TrainLook, type TrainState, upgradeTrain } from '../domain/train/state.js'
import type { TrainActivities } from './activities/train-types.js'
import { handedOn } from './attest.js'
import { AFTER_FAULT, faultOf, metOrFaulty, wordsOf } from './faults.js'
import { EarlyOrders, recordedState } from './going-on.js'
import { KeptState } from './kept-state.js'
import * as messages from './messages.js'
import { mintDeployment, mintRelease } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { nextDeparture as next } from './timetable.js'

const retry = { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' } as const
const limits = { startToCloseTimeout: '10 minutes', heartbeatTimeout: '10 seconds', retry } as const
const { readTrain } = proxyActivities<TrainActivities>(limits)
const { cutTrain } = proxyActivities<TrainActivities>({ ...limits, scheduleToCloseTimeout: '1 hour' })
/** If git has not answered by then, an announcement says so, or the train does not depart. */
const { lookAtTrain } = proxyActivities<TrainActivities>({ ...limits, scheduleToCloseTimeout: '10 minutes' })

export async function train(input: messages.TrainInput): Promise<void> {
  let run: TrainRun | null = null
  setHandler(messages.trainQuery, () => run?.state ?? null)
  const early = new EarlyOrders()
  const handed = handedOn(input.state)
  const state = handed ? upgradeTrain(handed) : await recordedState(upgradeTrain)
  run = new TrainRun(state ?? newTrain(input.app), early)
  early.begin()
  await run.loop()
  await condition(allHandlersFinished)
}

class TrainRun {
  private readonly kept: KeptState<TrainState, TrainStep>
  /** The hash of a configuration that was not applied yet. */
  private newer: string | null = null

  constructor(state: TrainState, early: EarlyOrders) {
    this.kept = new KeptState(state, new Recorder(state.app))
    new Orders(this.kept, early).listen(trainRules(next))
    setHandler(messages.configureTrainSignal, (configHash) => {
      this.newer = configHash
    })
  }

  get state(): TrainState {
    return this.kept.state
  }

  async loop(): Promise<void> {
    for (;;) {
      try {
        if ((await this.turn()) === 'ended') return
      } catch (error) {
        faultOf(error, 'loop')
        // An order may be the remedy; the failed work is retried on the resulting state.
        await this.kept.during(sleep(AFTER_FAULT), () => this.record())
      }
    }
  }

  private async turn(): Promise<'ended' | 'goes-on'> {
    await this.wait()
    await this.record()
    // Each step is recorded before it is executed, so that it happens once, however this run ends.
    if (this.kept.dirty) return 'goes-on'
    if (this.state.leaving !== null) await this.depart()
    else if (this.newer !== null) await this.configure(this.newer)
    else await this.serve()
    if (!this.isIdle()) return 'goes-on'
    if (this.hasEnded()) return 'ended'
    if (this.mustContinue()) {
      const { app } = this.state
      await continueAsNew<typeof train>({ app, state: this.state })
    }
    return 'goes-on'
  }

  private async wait(): Promise<void> {
    const due = metOrFaulty(() => !this.isIdle() || this.hasEnded() || this.mustContinue())
    const wake = this.state.leaving === null ? nextTrainDuty(this.state) : null
    if (wake === null) await condition(due)
    else await condition(due, Math.max(1, Date.parse(wake) - Date.now()))
  }

  /** As new, once nothing is under way: an order's handler ends a moment after the order was written. */
  private mustContinue(): boolean {
    return workflowInfo().continueAsNewSuggested && this.isIdle() && allHandlersFinished()
  }

  private isIdle(): boolean {
    const { leaving } = this.state
    const isWritten = !this.kept.dirty && !this.kept.hasOrder
    return isWritten && leaving === null && this.newer === null && this.duty() === null
  }

  private duty(): ReturnType<typeof trainDuty> {
    return trainDuty(this.state, new Date().toISOString())
  }

  /** It was removed from the configuration, and that is recorded. */
  private hasEnded(): boolean {
    return this.state.train === null && this.state.configHash !== '' && this.isIdle()
  }

  private record(): Promise<void> {
    return this.kept.write((draft) => {
      if (!draft.recorder.dirty) return null
      draft.state = { ...draft.state, seq: draft.state.seq + 1 }
      return { rows: {} }
    })
  }

  private async configure(configHash: string): Promise<void> {
    const read = await readTrain({ app: this.state.app, configHash })
    // A configuration that arrived in the meantime is read next.
    if (this.newer === configHash) this.newer = null
    if (this.state.leaving !== null) {
      this.newer ??= configHash
      return
    }
    this.kept.take(configuredTrain(this.state, { configHash, train: read }, this.now()))
  }

  private now(): { readonly next: typeof next; readonly now: string } {
    return { next, now: new Date().toISOString() }
  }

  private async serve(): Promise<void> {
    const duty = this.duty()
    if (duty === 'announce') await this.announce()
    if (duty === 'depart') {
      const ids = { release: mintRelease(), deployment: mintDeployment() }
      this.kept.take(departTrain(this.state, ids, this.now()))
    }
  }

  private async announce(): Promise<void> {
    const { departure } = this.state
    const look = departure === null ? null : await this.look(departure).catch(nullIfGivenUp)
    // An order or the departure time may have come while git was asked.
    const isStill = this.state.departure === departure && this.duty() !== null
    if (isStill) this.kept.take(announceTrain(this.state, look, this.now()))
  }

  private look(departs: string): Promise<TrainLook> {
    const { app, configHash, train: definition } = this.state
    if (definition === null) throw new Error('There is no train to look at')
    const looked = lookAtTrain({ app, configHash, train: definition, departs })
    return this.kept.during(looked, () => this.record())
  }

  private async depart(): Promise<void> {
    const { app, configHash, train: definition, leaving } = this.state
    if (leaving === null || definition === null) return
    const { look } = leaving
    if (look === null) return this.load(judgedAt(leaving))
    await this.orFail(async () => {
      const order = { app, configHash, train: definition, leaving: { ...leaving, look } }
      const cut = await this.kept.during(cutTrain(order), () => this.record())
      this.kept.take(leftTrain(this.state, cut, new Date().toISOString()))
    })
  }

  private load(departs: string): Promise<void> {
    return this.orFail(async () => {
      const look = await this.look(departs)
      this.kept.take(loadTrain(this.state, look, new Date().toISOString()))
    })
  }

  /** If an activity of a departure fails permanently, the departure is over, and that is reported. */
  private async orFail(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error
      this.kept.take(failedTrain(this.state, wordsOf(error), new Date().toISOString()))
    }
  }
}

/** What git does not say is reported as unknown. */
function nullIfGivenUp(error: unknown): null {
  if (error instanceof ActivityFailure) return null
  throw error
}
