/** What workflows hear besides people's orders, as it is written down before it is sent; see `domain/evidence.ts`. */
import type { Sent } from '../domain/evidence.js'
import { SLIPWAY } from '../domain/identifiers.js'
import type { DeploymentView } from '../domain/views.js'

/** Writes down what is about to be sent: workflows believe nothing else. */
export type RecordSent = (sent: Sent) => Promise<void>

/** What the environments of a release wrote while it had no workflow. */
export const restoreSent = (written: readonly DeploymentView[]) =>
  ({ verb: 'restore', key: 'written', by: SLIPWAY, order: written }) as const
