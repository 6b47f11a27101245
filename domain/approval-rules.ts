/** Whose approvals a gate counts: one person counts for one of its rules, by the assignment that fills most of them. */
import type { UserId } from './identifiers.js'
import type { ApprovalRule } from './pipeline.js'

type Capacity = Pick<ApprovalRule, 'count'>

/**
 * Assigns each person, given as the indices of the rules they may count for, to one rule: as many as can be, none to a
 * rule that is full. Earlier people keep a place when later ones come. Null: there is no place for that person.
 */
export function assignRules(
  rules: readonly Capacity[],
  people: readonly (readonly number[])[],
): readonly (number | null)[] {
  const places: (number | null)[] = people.map(() => null)
  for (const person of people.keys()) findPlace({ rules, people, places }, person, new Set())
  return places
}

interface Search {
  readonly rules: readonly Capacity[]
  readonly people: readonly (readonly number[])[]
  readonly places: (number | null)[]
}

/** Takes a free place, or one whose holder finds another. */
function findPlace(search: Search, person: number, tried: Set<number>): boolean {
  const { rules, people, places } = search
  for (const rule of people[person] ?? []) {
    if (tried.has(rule)) continue
    tried.add(rule)
    const holders = [...places.keys()].filter((other) => places[other] === rule)
    const hasRoom = holders.length < (rules[rule]?.count ?? 0)
    if (!hasRoom && !holders.some((holder) => findPlace(search, holder, tried))) continue
    places[person] = rule
    return true
  }
  return false
}

/** What a rule still needs, given whom its approvals come from. */
export interface RuleStanding {
  readonly rule: ApprovalRule
  readonly have: number
}

/** Each rule with how many of these people count for it. */
export function ruleStandings(
  rules: readonly ApprovalRule[],
  people: readonly (readonly number[])[],
): readonly RuleStanding[] {
  const places = assignRules(rules, people)
  return rules.map((rule, index) => ({ rule, have: places.filter((place) => place === index).length }))
}

/** How many must approve in all. */
export const approvalsNeeded = (rules: readonly Capacity[]): number =>
  rules.reduce((sum, { count }) => sum + count, 0)

/** Every role that a rule names, once. */
export const rolesAsked = (rules: readonly Pick<ApprovalRule, 'from'>[]): readonly string[] => [
  ...new Set(rules.flatMap(({ from }) => from)),
]

/** The rules that somebody with these roles counts for, whoever wrote what ships. */
export const rulesOpenTo = (
  rules: readonly ApprovalRule[],
  by: { readonly user: UserId; readonly roles: readonly string[] },
  requestedBy: UserId | null,
): readonly number[] =>
  rules.flatMap(({ from, fourEyes }, index) =>
    from.some((role) => by.roles.includes(role)) && !(fourEyes && requestedBy === by.user) ? [index] : [],
  )
