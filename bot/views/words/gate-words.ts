/** What a deployment waits for and what an override sets aside, as part of a sentence. */
import { sayDuration } from '../../../domain/durations.js'
import { unreachable } from '../../../domain/exhaustive.js'
import type { CheckProblem, CheckReading } from '../../../domain/forge/checks.js'
import type { Closure, Gate, OverriddenRule, RollbackNote, RuleQuorum } from '../../../domain/reasons.js'
import type { Markup } from '../markup.js'
import { failureWords } from './failure-words.js'

/** Why automation is paused: the person's reason, or else the rollback that paused it. */
export function holdReason(
  { reason, rollback }: { readonly reason: string; readonly rollback: RollbackNote | null },
  m: Markup,
  most = 150,
): string {
  if (reason !== '') return m.text(reason, most)
  if (rollback === null) return 'no reason given'
  const why =
    rollback.failure === null ? '' : ` without being asked, since ${failureWords(rollback.failure, m)}`
  return `rolled back to ${m.text(rollback.to, 80)}${why}`
}

/** What closes an environment: `locked by @Ada until 12:00: load test`. */
export function closureWords(closure: Closure, m: Markup): string {
  const { kind, owner, until, reason } = closure
  const who = owner === null ? '' : ` by ${m.person(owner)}`
  const end = until === null ? '' : ` until ${m.date(until)}`
  switch (kind) {
    case 'lock':
      return `locked${who}${end}: ${m.text(reason)}`
    case 'freeze':
      return `frozen${who}${end}: ${m.text(reason)}`
    case 'hold':
      return `paused for automation${who}: ${holdReason(closure, m)}`
    case 'window':
      return `closed by its window${end}: ${m.text(reason)}`
    case 'lost-host':
      return `closed until somebody decides about host ${m.code(reason, 80)}, which fell silent there: its command may still run`
    default:
      return unreachable(kind)
  }
}

/** What an override set aside: `not accepted in staging`. */
export function ruleWords(rule: OverriddenRule, m: Markup): string {
  switch (rule.kind) {
    case 'not-accepted-below':
      return `not accepted in ${rule.environments.join(', ')}`
    case 'not-planned':
      return `not ticked before the cut: ${rule.items.map((item) => m.text(item, 60)).join(', ')}`
    case 'no-ticket':
      return 'no change ticket is linked'
    case 'soak':
      return `its soak time of ${sayDuration(rule.ms)} is not over`
    case 'checks':
      return `required checks are not waited for: ${rule.names.map((name) => m.text(name, 60)).join(', ')}`
    case 'closed':
      return `${rule.environment} is ${closureWords(rule.closure, m)}`
    case 'not-on-trunk':
      return `${m.code(rule.commit, 64)} is not on ${m.code(rule.trunk, 60)}`
    case 'nothing-changed':
      return `nothing of ${rule.app} changed since ${m.text(rule.since, 64)}`
    case 'lacks-pick':
      return `it lacks ${m.code(rule.commit, 64)}, which was picked onto ${m.text(rule.version, 40)}`
    default:
      return unreachable(rule)
  }
}

/** `2 approvals by qa (1 of 2 given)`, as counted on a card, and problems with the people who could give them. */
export function approvalsWords(
  { need, have, roles, quorum }: Extract<Gate, { kind: 'approvals' }>,
  m: Markup,
): string {
  const wrong = quorum === undefined ? '' : `. ${quorumWords(quorum, m)}`
  const by = roles.map((role) => m.text(role, 40)).join(', ')
  return `${need} ${need === 1 ? 'approval' : 'approvals'} by ${by} (${have} of ${need} given)${wrong}`
}

/** Problems with the people who can satisfy a rule of an approval gate, as sentences that say what to do. */
export function quorumWords(
  { roles, need, able, unknownGroups, emptyGroups }: RuleQuorum,
  m: Markup,
): string {
  const of = roles.map((role) => m.text(role, 40)).join(', ')
  const named = (groups: readonly string[]): string => groups.map((group) => m.code(group, 40)).join(', ')
  return [
    ...(unknownGroups.length > 0 ? [`Slack has no user group ${named(unknownGroups)}.`] : []),
    ...(able < need && emptyGroups.length > 0 ? [`Nobody who can approve is in ${named(emptyGroups)}.`] : []),
    ...(able < need ? [`As things stand only ${able} of ${need} approvals by ${of} can be had.`] : []),
    `Whoever keeps ${m.code('slipway.yaml')} or the group has to set that right.`,
  ].join(' ')
}

/** What an open gate waits for: `2 approvals by qa (1 of 2 given)`. */
export function gateWords(gate: Gate, m: Markup): string {
  switch (gate.kind) {
    case 'approvals':
      return approvalsWords(gate, m)
    case 'checklist':
      return gate.items.map(({ item }) => `“${m.text(item, 80)}” to be ticked`).join(' and ')
    case 'ticket':
      return `a change ticket like ${m.code(gate.pattern, 80)}`
    case 'soak':
      return `its soak time, which ends ${m.date(gate.until)}`
    case 'checks':
      return `green checks: ${checksWords(gate.reading, m)}`
    default:
      return unreachable(gate)
  }
}

/** `ci/test is pending, ci/lint is missing`; empty when all are green. */
export function checksWords({ checks, problem }: CheckReading, m: Markup): string {
  const blocking = checks.filter(({ state }) => state !== 'success')
  return [
    ...blocking.slice(0, 5).map((check) => `${m.text(check.name, 60)} is ${checkWord(check, m)}`),
    ...(blocking.length > 5 ? [`${blocking.length - 5} more`] : []),
    ...(problem === null ? [] : [problemWords(problem, m)]),
  ].join(', ')
}

/** The state of a check; for a failure, the forge's own word. */
export const checkWord = ({ state, word }: CheckReading['checks'][number], m: Markup): string =>
  state === 'failure' && word !== '' ? m.text(word, 30) : state

/** Why the state of the checks is unknown. */
export function problemWords(problem: CheckProblem, m: Markup): string {
  switch (problem.kind) {
    case 'not-asked':
      return 'not asked yet'
    case 'not-signed-in':
      return 'Slipway is not signed in to GitHub'
    case 'elsewhere':
      return 'the repository is not on the GitHub that Slipway is signed in to'
    case 'no-answer':
      return `GitHub could not be asked: ${m.text(problem.message, 100)}`
    default:
      return unreachable(problem)
  }
}
