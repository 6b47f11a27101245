import { assignRules } from '../../domain/approval-rules.js'
import { rolesFor } from '../../domain/permissions.js'
import type { AppOutline, EnvironmentOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Roles and their holders: member ids and `@groups`. */
type Roles = Readonly<Record<string, readonly string[]>>

/**
 * Checks that every quorum can be reached, whoever requests the promotion. Gates that name a Slack group are skipped: its members
 * change and are not known here.
 */
export function checkQuorum(app: AppOutline, path: Path, roles: Roles): PlacedMistake[] {
  return app.environments.flatMap((environment, index) => {
    const gate = gateOf(app, environment, roles)
    if (gate === null || gate.people.some(isGroup)) return []
    const at = [...path, 'environments', index]
    const each = environment.approve.flatMap((rule) => checkRules(gate, [rule], [...at, ...rule.at, 'count']))
    return each.length > 0 ? each : checkRules(gate, environment.approve, [...at, 'approve'])
  })
}

type RuleOutline = EnvironmentOutline['approve'][number]

interface Gate {
  readonly name: string
  readonly roles: Roles
  /** Everybody a rule names. */
  readonly people: readonly string[]
  /** Who may request the promotion. */
  readonly requesters: readonly string[]
}

function gateOf(app: AppOutline, { name, given, approve }: EnvironmentOutline, roles: Roles): Gate | null {
  if (!given.includes('approve') || approve.some(({ from }) => from.length === 0)) return null
  const people = holders(
    roles,
    approve.flatMap(({ from }) => from),
  )
  return { name, roles, people, requesters: possibleRequesters(app, roles) }
}

function checkRules(gate: Gate, rules: readonly RuleOutline[], path: Path): PlacedMistake[] {
  const count = rules.reduce((sum, rule) => sum + rule.count, 0)
  const people = holders(
    gate.roles,
    rules.flatMap(({ from }) => from),
  )
  const ableWhen = (requester: string | null): number =>
    assignRules(
      rules,
      people.map((person) => countsFor(gate, rules, { person, requester })),
    ).filter((place) => place !== null).length
  const requesters = rules.some(({ fourEyes }) => fourEyes) ? gate.requesters : []
  const able = Math.min(ableWhen(null), ...requesters.map(ableWhen))
  if (able >= count) return []
  const stuck = requesters.filter((requester) => ableWhen(requester) < count)
  return [{ path, ...shortfall({ gate, rules, people }, { count, able, all: ableWhen(null), stuck }) }]
}

function shortfall(
  { gate, rules, people }: { gate: Gate; rules: readonly RuleOutline[]; people: readonly string[] },
  { count, able, all, stuck }: { count: number; able: number; all: number; stuck: readonly string[] },
): Pick<PlacedMistake, 'message' | 'fix'> {
  const names = [...new Set(rules.flatMap(({ from }) => from))].join(', ')
  const said = `${people.length} ${people.length === 1 ? 'person' : 'people'}`
  const lower = able > 0 ? `, or lower the number to ${able}` : ''
  const fix = `add ${count - able} more to ${names}${lower}`
  if (people.length < count)
    return { message: `${count} must approve ${gate.name}, and ${names} has ${said}`, fix }
  const when = all < count ? 'can, each by one rule' : `may when ${stuck.join(' or ')} promotes`
  return {
    message: `${count} must approve ${gate.name}, and of ${names} (${said}) only ${able} ${when}`,
    fix,
  }
}

function countsFor(
  { roles }: Gate,
  rules: readonly RuleOutline[],
  { person, requester }: { person: string; requester: string | null },
): readonly number[] {
  return rules.flatMap(({ from, fourEyes }, index) =>
    holders(roles, from).includes(person) && !(fourEyes && person === requester) ? [index] : [],
  )
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
