import type { Outlook } from '../../../domain/blockers/blocker.js'
import type { PlanStep } from '../../../domain/blockers/plan.js'
import type { SetupNeed } from '../../../domain/reasons.js'
import { context, header, section } from '../blocks.js'
import { date, outside } from '../escape.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import type { Message } from '../message.js'
import { planGateWords } from '../words/blocker-words.js'
import { setupNeedWords } from '../words/failure-words.js'

/** The way to the top: for each environment what has to happen, a setup first, and the earliest times. Nothing is started. */
export function planMessage(
  { view, candidate }: Outlook,
  steps: readonly PlanStep[],
  setups: ReadonlyMap<string, SetupNeed> = new Map(),
): Message {
  const name = `${view.app} ${candidate.name}`
  const last = steps.at(-1)
  const end = last?.ends ?? null
  const text =
    last === undefined
      ? `${name} goes to no environment.`
      : `${name} can be in ${last.environment} ${last.state === 'done' ? 'now: it is accepted there' : end === null ? 'at a time that nothing tells yet' : `by ${date(end)} at the earliest`}.`
  return {
    text,
    blocks: [
      header(`The way of ${name}`),
      ...steps.slice(0, 20).map((step) => section(stepText(step, setups.get(step.environment) ?? null))),
      context(
        'Times are the earliest possible: usual durations, locks, windows and soak times, without the time people take. Nothing was started.',
      ),
    ],
  }
}

function stepText(step: PlanStep, setUp: SetupNeed | null): string {
  const { environment, state, before, judges, starts, ends } = step
  if (state === 'done') return `${marks.good} *${environment}* accepted`
  const mark = state === 'under-way' ? `${marks.running} under way` : `${marks.notYet} ahead`
  const judged =
    judges === null ? 'its passing check accepts' : `accepted by ${outside(judges.join(', '), 120)}`
  const from = starts === null ? 'not known yet' : date(starts)
  const to = ends === null ? 'not known yet' : date(ends)
  return [
    `${mark} *${environment}*`,
    ...before
      .flatMap((gate) => planGateWords(gate, mrkdwn))
      .slice(0, 8)
      .map((words) => `• ${words}`),
    ...(setUp === null ? [] : [`• sets up first: ${setupNeedWords(setUp)}`]),
    `Starts: ${from} · there: ${to} · then ${judged}`,
  ].join('\n')
}
