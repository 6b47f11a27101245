import type { BlockerContext } from '../../../domain/blockers/blocker.js'
import type { PlanStep } from '../../../domain/blockers/plan.js'
import { setbackIn } from '../../../domain/card-standing.js'
import { sayDuration } from '../../../domain/durations.js'
import type { Setback, SetupNeed } from '../../../domain/reasons.js'
import { context, header, section } from '../blocks.js'
import { date, mention, outside, utc } from '../escape.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import type { Message } from '../message.js'
import { planGateWords } from '../words/blocker-words.js'
import { setupNeedWords } from '../words/failure-words.js'
import { holdReason } from '../words/gate-words.js'
import { setbackInShort, setbackWords } from '../words/setback-words.js'

const MOST_STEPS = 20
const MOST_GATES = 8
const MOST_ROLES = 4

/** The release and candidate of the plan. */
type Planned = Pick<BlockerContext, 'view' | 'candidate'>

/** The steps to the last environment: what has to happen for each, a setup first, and the earliest times. Starts nothing. */
export function planMessage(
  planned: Planned,
  steps: readonly PlanStep[],
  setups: ReadonlyMap<string, SetupNeed> = new Map(),
): Message {
  const { view, candidate } = planned
  const name = `${view.app} ${candidate.name}`
  const more = steps.length - MOST_STEPS
  return {
    text: `${name} ${whenThere(planned, steps)}.`,
    blocks: [
      header(`The way of ${name}`),
      ...steps
        .slice(0, MOST_STEPS)
        .map((step) => section(stepText(planned, step, setups.get(step.environment) ?? null))),
      ...(more > 0 ? [context(`…and ${more} more environments.`)] : []),
      context(
        'Times are the earliest possible: usual durations, locks, windows and soak times, without the time people take. Nothing was started.',
      ),
    ],
  }
}

/** Also shown where no client converts dates to the reader's time zone. */
function whenThere(planned: Planned, steps: readonly PlanStep[]): string {
  const last = steps.at(-1)
  if (last === undefined) return 'goes to no environment'
  const { environment, state, ends } = last
  if (state === 'done') {
    const setback = setbackOf(planned, last)
    return setback === null
      ? `is accepted in ${environment} already`
      : `${setbackInShort(setback)} in ${environment} after it was accepted there`
  }
  const when = ends === null ? 'at a time that nothing tells yet' : `at ${utc(ends)} at the earliest`
  return `can be in ${environment} ${when}`
}

function stepText(planned: Planned, step: PlanStep, setUp: SetupNeed | null): string {
  const { environment, state, before } = step
  if (state === 'done')
    return setbackOf(planned, step) === null
      ? `${marks.good} *${environment}* accepted`
      : [
          `${marks.rolledBack} *${environment}* was accepted, and put away since`,
          ...known(planned, step),
        ].join('\n')
  const mark = state === 'under-way' ? `${marks.running} under way` : `${marks.notYet} ahead`
  const conditions = before.flatMap((gate) => planGateWords(gate, mrkdwn))
  const more = conditions.length - MOST_GATES
  return [
    `${mark} *${environment}*`,
    ...known(planned, step),
    ...conditions.slice(0, MOST_GATES).map((words) => `• ${words}`),
    ...(more > 0 ? [`• …and ${more} more`] : []),
    ...(setUp === null ? [] : [`• sets up first: ${setupNeedWords(setUp)}`]),
    timesOf(step),
  ].join('\n')
}

const setbackOf = ({ view, candidate }: Planned, { environment }: PlanStep): Setback | null =>
  setbackIn(view, { environment, candidate: candidate.number })

/** Warnings that block nothing: an earlier failure there, and paused automation. */
function known(planned: Planned, step: PlanStep): string[] {
  const { environment } = step
  const setback = setbackOf(planned, step)
  const hold = planned.view.environments.find(({ name }) => name === environment)?.hold ?? null
  return [
    ...(setback === null ? [] : [`${marks.wentWrong} it ${setbackWords(setback, environment, mrkdwn)}`]),
    ...(hold === null
      ? []
      : [
          `${marks.held} automation paused by ${mention(hold.by)}: ${holdReason(hold, mrkdwn, 100)}; only what people promote goes there`,
        ]),
  ]
}

function timesOf({ judges, starts, ends }: PlanStep): string {
  const judged = judges === null ? 'its passing check accepts' : `accepted by ${rolesOf(judges)}`
  const takes =
    starts === null || ends === null ? '' : ` · takes ${sayDuration(Date.parse(ends) - Date.parse(starts))}`
  return `Starts: ${starts === null ? 'not known yet' : date(starts)}${takes} · then ${judged}`
}

const rolesOf = (judges: readonly string[]): string =>
  listed(
    judges.map((role) => outside(role, 40)),
    MOST_ROLES,
  )
