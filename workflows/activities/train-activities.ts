import { ApplicationFailure } from '@temporalio/activity'
import { type AppDefinition, firstTypeOf } from '../../domain/pipeline.js'
import type { Outcome } from '../../domain/refusal.js'
import { selfCut } from '../../domain/release/self-cut.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { type TrainCut, trainTitle } from '../../domain/train/rules.js'
import type { CutOrder } from '../messages.js'
import { lookAtTrain, type TrainLookNeeds } from './look-at-train.js'
import type { TrainActivities, TrainKey } from './train-types.js'

export interface TrainActivityNeeds extends TrainLookNeeds {
  readonly ledger: Pick<ReleaseStore, 'readConfigured'>
  /** Starts releases; the workflow gateway implements it. */
  readonly releases: { cut(input: CutOrder, key: string): Promise<Outcome> }
}

export function createTrainActivities(needs: TrainActivityNeeds): TrainActivities {
  return {
    readTrain: async ({ app, configHash }) =>
      (await needs.ledger.readConfigured(configHash, app))?.train ?? null,
    lookAtTrain: async (order) => lookAtTrain(needs, await definitionOf(needs, order), order),
    cutTrain: (order) => cut(needs, order),
  }
}

async function definitionOf(
  { ledger }: Pick<TrainActivityNeeds, 'ledger'>,
  { app, configHash }: TrainKey,
): Promise<AppDefinition> {
  const definition = await ledger.readConfigured(configHash, app)
  if (definition) return definition
  const message = `The configuration ${configHash.slice(0, 12)} of ${app} is not stored`
  throw ApplicationFailure.nonRetryable(message, 'ConfigInvalid')
}

async function cut(
  needs: Pick<TrainActivityNeeds, 'ledger' | 'releases'>,
  order: Parameters<TrainActivities['cutTrain']>[0],
): Promise<TrainCut> {
  const { train, leaving } = order
  const app = await definitionOf(needs, order)
  const outcome = await needs.releases.cut(
    selfCut({
      app,
      releaseId: leaving.release,
      deploymentId: leaving.deployment,
      commit: leaving.look.commit,
      title: trainTitle(train, leaving.departs),
      type: firstTypeOf(app),
      at: leaving.at,
      requestedBy: leaving.by,
      ...(train.promote === null ? {} : { upTo: train.promote }),
    }),
    `train/${order.app}/${leaving.departs}/${leaving.release}`,
  )
  if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.refusal.code }
  return { kind: 'cut', version: outcome.done.code === 'cut' ? outcome.done.version : '' }
}
