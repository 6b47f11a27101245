/** What workflows receive besides people's orders, recorded before it is sent; see `domain/evidence.ts`. */
import type { Sent } from '../domain/evidence.js'
import { SLIPWAY } from '../domain/identifiers.js'
import type { DeploymentView } from '../domain/views.js'

/** Records what is about to be sent: workflows trust nothing else. */
export type RecordSent = (sent: Sent) => Promise<void>

/** What the environments of a release wrote while it had no workflow. */
export const restoreSent = (written: readonly DeploymentView[]) =>
  ({ verb: 'restore', key: 'written', by: SLIPWAY, order: written }) as const
