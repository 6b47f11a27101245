/** The orders an environment takes: one table of what each decides, based on the state at that moment. */
import type { DeploymentId } from '../identifiers.js'
import { type ExtendOrder, extend, type KeepOrder, keep } from './expiry.js'
import { pause, resume } from './holds.js'
import { type FreezeOrder, freeze, type LockOrder, lock, thaw, unlock } from './locks.js'
import { retryOn, waitForHost } from './lost-host.js'
import { type ManualOrder, patch, rebuild } from './manual.js'
import type { CreateOrder } from './preview.js'
import { type ApproveRemoval, approveRemoval, stopRemoval } from './removal.js'
import { type Answered, type AttemptBy, abort, type By, retry, skip } from './retry-skip-abort.js'
import { type RollbackOrder, rollBack } from './rollback.js'
import type { EnvironmentState } from './state.js'
import { requestTeardown, type TeardownOrder } from './teardown.js'

/** About one deployment. */
interface AttemptOrder extends AttemptBy {
  readonly deploymentId: DeploymentId
}

interface ReasonedOrder extends By {
  readonly reason: string
}

/** By the name of their update; each is answered with an `Outcome`. */
export interface EnvironmentOrders {
  readonly retry: AttemptOrder
  readonly skip: AttemptOrder
  readonly abort: AttemptOrder
  readonly rollback: RollbackOrder
  readonly pause: ReasonedOrder
  readonly resume: ReasonedOrder
  readonly lock: LockOrder
  readonly unlock: ReasonedOrder
  readonly freeze: FreezeOrder
  readonly thaw: ReasonedOrder
  readonly rebuild: ManualOrder
  readonly patch: ManualOrder
  readonly extend: ExtendOrder
  readonly keep: KeepOrder
  readonly teardown: TeardownOrder
  readonly 'approve-teardown': ApproveRemoval
  readonly 'stop-teardown': By
  readonly 'wait-host': By
  readonly 'other-host': By
  /** Answered once git has told what the preview should show. */
  readonly create: CreateOrder
}

type AtOnce = Omit<EnvironmentOrders, 'create'>
type Rule<Order> = (state: EnvironmentState, order: Order) => Answered

/** All orders that are decided without asking anyone else. */
export const environmentRules: { readonly [Verb in keyof AtOnce]: Rule<AtOnce[Verb]> } = {
  retry: (state, order) => retry(state, order.deploymentId, order),
  skip: (state, order) => skip(state, order.deploymentId, order),
  abort: (state, order) => abort(state, order.deploymentId, order),
  rollback: rollBack,
  pause,
  resume,
  lock,
  unlock,
  freeze,
  thaw,
  rebuild,
  patch,
  extend,
  keep,
  teardown: requestTeardown,
  'approve-teardown': approveRemoval,
  'stop-teardown': stopRemoval,
  'wait-host': waitForHost,
  'other-host': retryOn,
}
