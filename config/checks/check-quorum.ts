import { rolesFor } from '../../domain/permissions.js'
import type { AppOutline, EnvironmentOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Roles and who holds each: member ids and `@groups`. */
type Roles = Readonly<Record<string, readonly string[]>>

/**
 * Checks that every quorum can be reached, whoever asks for the promotion. Gates that name a Slack group are left
 * alone: who is in it changes and is not known here.
 */
export function checkQuorum(app: AppOutline, path: Path, roles: Roles): PlacedMistake[] {
  return app.environments.flatMap((environment, index) => {
    if (!environment.given.includes('approve') || environment.approve.from.length === 0) return []
    const approvers = holders(roles, environment.approve.from)
    if (approvers.some(isGroup)) return []
    const requesters = environment.approve.fourEyes ? possibleRequesters(app, roles) : []
    const gate = { environment, approvers, requesters }
    return countsAsked(app, environment, [...path, 'environments', index, 'approve', 'count'], path).flatMap(
      (asked) => checkCount(gate, asked),
    )
  })
}

interface Gate {
  readonly environment: EnvironmentOutline
  readonly approvers: readonly string[]
  readonly requesters: readonly string[]
}

interface AskedCount {
  readonly count: number
  readonly path: Path
}

/** The environment's own number, and those of the release types that replace it. */
function countsAsked(app: AppOutline, environment: EnvironmentOutline, own: Path, path: Path): AskedCount[] {
  const types = Object.entries(app.types).filter(([, type]) => type.approvals > 0)
  return [
    { count: environment.approve.count, path: own },
    ...types.map(([name, type]) => ({ count: type.approvals, path: [...path, 'types', name, 'approvals'] })),
  ]
}

function checkCount(
  { environment, approvers, requesters }: Gate,
  { count, path }: AskedCount,
): PlacedMistake[] {
  const without = (person: string): number => approvers.filter((approver) => approver !== person).length
  const able = Math.min(approvers.length, ...requesters.map(without))
  if (able >= count) return []
  const names = environment.approve.from.join(', ')
  const people = `${approvers.length} ${approvers.length === 1 ? 'person' : 'people'}`
  const stuck = requesters.filter((person) => without(person) < count)
  const message =
    approvers.length < count
      ? `${count} must approve ${environment.name}, and ${names} has ${people}`
      : `${count} must approve ${environment.name}, and of ${names} (${people}) only ${able} may when ${stuck.join(' or ')} promotes`
  const lower = able > 0 ? `, or lower the number to ${able}` : ''
  return [{ path, message, fix: `add ${count - able} more to ${names}${lower}` }]
}

function possibleRequesters(app: AppOutline, roles: Roles): readonly string[] {
  return holders(roles, rolesFor(app, 'promote', null)).filter((holder) => !isGroup(holder))
}

function holders(roles: Roles, names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => roles[name] ?? []))].filter((holder) => holder !== '')
}

function isGroup(holder: string): boolean {
  return holder.startsWith('@')
}
