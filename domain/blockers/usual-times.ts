/** How long deployments usually take, measured from those that succeeded. */
import type { ReleaseView } from '../views.js'
import type { UsualTimes } from './plan.js'

const good: ReadonlySet<string> = new Set(['awaiting_acceptance', 'accepted', 'superseded'])

/** The median of each environment, in milliseconds. */
export function usualTimes(releases: readonly ReleaseView[]): UsualTimes {
  const took = new Map<string, number[]>()
  for (const { environment, state, startedAt, finishedAt } of releases.flatMap((one) => one.deployments)) {
    if (!good.has(state) || startedAt === null || finishedAt === null) continue
    const time = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))
    took.set(environment, [...(took.get(environment) ?? []), time])
  }
  return new Map([...took].map(([name, times]) => [name, median(times)]))
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
}
