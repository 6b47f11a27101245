/** Which approvals count towards a gate. Each person counts for one rule; people are assigned so that most places are filled. */
import type { UserId } from './identifiers.js'
import type { ApprovalRule } from './pipeline.js'

type Capacity = Pick<ApprovalRule, 'count'>

/**
 * Assigns each person, given as the indices of the rules they may count for, to one rule: as many people as possible, and none to
 * a full rule. A place once assigned is kept when more people are added. Null: no place for that person.
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

/** Takes a free place, or one whose holder can move to another. */
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

/** What a rule still needs, given who its approvals come from. */
export interface RuleStanding {
  readonly rule: ApprovalRule
  readonly have: number
}

/** Each rule with how many of these people count towards it. */
export function ruleStandings(
  rules: readonly ApprovalRule[],
  people: readonly (readonly number[])[],
): readonly RuleStanding[] {
  const places = assignRules(rules, people)
  return rules.map((rule, index) => ({ rule, have: places.filter((place) => place === index).length }))
}

/** The total number of approvals required. */
export const approvalsNeeded = (rules: readonly Capacity[]): number =>
  rules.reduce((sum, { count }) => sum + count, 0)

/** Every role that any rule names, without duplicates. */
export const rolesAsked = (rules: readonly Pick<ApprovalRule, 'from'>[]): readonly string[] => [
  ...new Set(rules.flatMap(({ from }) => from)),
]

/** The rules that a person with these roles can count for, regardless of who wrote the changes. */
export const rulesOpenTo = (
  rules: readonly ApprovalRule[],
  by: { readonly user: UserId; readonly roles: readonly string[] },
  requestedBy: UserId | null,
): readonly number[] =>
  rules.flatMap(({ from, fourEyes }, index) =>
    from.some((role) => by.roles.includes(role)) && !(fourEyes && requestedBy === by.user) ? [index] : [],
  )
