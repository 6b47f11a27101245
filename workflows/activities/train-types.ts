/** The activities of trains. */
import type { AppName } from '../../domain/identifiers.js'
import type { TrainDefinition } from '../../domain/pipeline.js'
import type { TrainCut } from '../../domain/train/rules.js'
import type { Leaving, TrainLook } from '../../domain/train/state.js'

/** An app in a stored configuration. */
export interface TrainKey {
  readonly app: AppName
  readonly configHash: string
}

export interface TrainActivities {
  /** Null when the configuration has no such app, or no train for it. */
  readTrain(key: TrainKey): Promise<TrainDefinition | null>
  /** What it would take now, and what may keep it from departing. Throws while the remote is unreachable. */
  lookAtTrain(
    order: TrainKey & {
      readonly train: Pick<TrainDefinition, 'from' | 'timezone'>
      /** The day to check for a holiday; ISO instant. */
      readonly departs: string
    },
  ): Promise<TrainLook>
  /** Cuts the commit that was looked up. The same departure of the same release twice is the same cut. */
  cutTrain(
    order: TrainKey & {
      readonly train: Pick<TrainDefinition, 'promote' | 'timezone'>
      readonly leaving: Leaving & { readonly look: TrainLook }
    },
  ): Promise<TrainCut>
}
