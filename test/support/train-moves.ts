/** What happens to a train: it is configured, announced, gets orders and leaves, on a Tuesday. */
import type { TrainDefinition } from '../../domain/pipeline.js'
import { type TrainOrder, trainRules } from '../../domain/train/orders.js'
import { announceTrain, configuredTrain, departTrain, type TrainStep } from '../../domain/train/rules.js'
import { newTrain, type TrainState } from '../../domain/train/state.js'
import { nextDeparture as next } from '../../workflows/timetable.js'
import { ALICE, by, deploymentId, releaseId } from './lane.js'
import { shop, twoCommits, weekly } from './train.js'

export const ids = { release: releaseId(1), deployment: deploymentId(1) }
/** A Sunday; the next Tuesday is the first of December. */
const sunday = '2026-11-29T12:00:00.000Z'
export const tuesday = '2026-12-01T09:00:00.000Z'
export const following = '2026-12-08T09:00:00.000Z'
/** When the train of that Tuesday is announced. */
export const before = '2026-12-01T07:00:00.000Z'

export const rules = trainRules(next)

export const configured = (train: TrainDefinition | null, state = newTrain(shop), now = sunday): TrainStep =>
  configuredTrain(state, { configHash: 'a', train }, { next, now })

export const waiting = (more: Partial<TrainDefinition> = {}): TrainState =>
  configured({ ...weekly, ...more }).state

export const announced = (more: Partial<TrainDefinition> = {}): TrainState =>
  announceTrain(waiting(more), twoCommits, { next, now: before }).state

export const depart = (state: TrainState, now = tuesday): TrainStep => departTrain(state, ids, { next, now })

export const order = (more: Partial<TrainOrder> = {}): TrainOrder => ({
  ...{ departs: null, reason: null, ids, by: by(ALICE, before) },
  ...more,
})
