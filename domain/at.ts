/** Records as of a given instant: what changes over time carries the instant at which it changes. */
import { type Closable, isOver } from './environment/closures.js'
import { gatesAt } from './release/gates.js'
import type { EnvironmentView, ReleaseView } from './views.js'

/** Without the locks and freezes that have expired and the gates that have opened automatically. `now` is an ISO instant. */
export function at(record: ReleaseView, now: string): ReleaseView
export function at(record: EnvironmentView, now: string): EnvironmentView
export function at(record: ReleaseView | EnvironmentView, now: string): ReleaseView | EnvironmentView {
  if (!('environments' in record)) return { ...record, ...closableAt(record, now) }
  const { environments, detail } = record
  return {
    ...record,
    environments: environments.map((environment) => at(environment, now)),
    detail: {
      ...detail,
      prepared: detail.prepared.map((one) => ({ ...one, gates: gatesAt(one.gates, now) })),
    },
  }
}

const closableAt = ({ lock, freeze }: Closable, now: string): Pick<Closable, 'lock' | 'freeze'> => ({
  lock: lock && isOver(lock.until, now) ? null : lock,
  freeze: freeze && isOver(freeze.until, now) ? null : freeze,
})
