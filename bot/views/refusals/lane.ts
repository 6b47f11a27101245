import { date, mention, outside } from '../escape.js'
import { mrkdwn } from '../markup.js'
import { stepWords } from '../words/failure-words.js'
import { holdReason } from '../words/gate-words.js'
import { copyable, type RefusalTexts } from './refusal-words.js'

/** Refusals about what closes an environment, and what runs in it. */
export const laneTexts: RefusalTexts<
  | 'frozen'
  | 'window-closed'
  | 'held'
  | 'nothing-to-retry'
  | 'unskippable'
  | 'nothing-to-abort'
  | 'overtaken'
  | 'line-full'
  | 'nothing-to-roll-back-to'
  | 'not-an-accepted-deployment'
  | 'still-deploying'
> = {
  frozen: ({ owner, reason, until }, { command }) => ({
    didNot: 'promote it',
    because: `There is a freeze by ${mention(owner)} until ${date(until)}: “${outside(reason, 150)}”.`,
    next: `Wait for its end, or ask ${mention(owner)}: ${copyable(`${command} thaw`)}`,
  }),
  'window-closed': ({ environment, opens, reason }) => ({
    didNot: `deploy to ${environment}`,
    because: `${environment} is closed now: ${outside(reason, 150)}`,
    next: opens === null ? 'Ask who keeps `slipway.yaml`.' : `It opens ${date(opens)}.`,
  }),
  held: ({ environment, ...hold }, { command }) => ({
    didNot: `deploy to ${environment} by itself`,
    because: `Automation is paused there already: “${holdReason(hold, mrkdwn)}”.`,
    next: `Let it go on: ${copyable(`${command} resume ${environment}`)}`,
  }),
  'nothing-to-retry': ({ environment, wanted }, { command }) => ({
    didNot: 'retry anything',
    because:
      wanted === 'failure'
        ? `No failed deployment waits in ${environment}.`
        : `No deployment that lost its host waits in ${environment}.`,
    next: `See where it stands: ${copyable(`${command} where`)}`,
  }),
  unskippable: ({ stage }) => ({
    didNot: 'skip it',
    because: `Skipping ${stepWords(stage)} is not supported: without it there is no deployment.`,
    next: 'Retry it once the cause is known, or roll back.',
  }),
  'nothing-to-abort': ({ environment }, { command }) => ({
    didNot: 'abort anything',
    because: `Nothing runs or waits in ${environment}.`,
    next: `See where it stands: ${copyable(`${command} where`)}`,
  }),
  'line-full': ({ environment, waiting }, { command }) => ({
    didNot: `put it in line for ${environment}`,
    because: `${waiting} deployments wait there already, and no more are taken.`,
    next: `Abort what is not needed any more: ${copyable(`${command} where`)}`,
  }),
  overtaken: ({ environment, by }, { command }) => ({
    didNot: 'retry it',
    because: `${outside(by, 80)} has overtaken it in ${environment}.`,
    next: `To bring it back: ${copyable(`${command} promote … to ${environment}`)}`,
  }),
  'nothing-to-roll-back-to': ({ environment }, { command }) => ({
    didNot: `roll back ${environment}`,
    because: 'Nothing else was ever accepted there.',
    next: `See what was deployed: ${copyable(`${command} history ${environment}`)}`,
  }),
  'not-an-accepted-deployment': ({ environment, text }, { command }) => ({
    didNot: `roll back ${environment}`,
    because: `${outside(text, 80)} was never accepted in ${environment}.`,
    next: `See what was: ${copyable(`${command} history ${environment}`)}`,
  }),
  'still-deploying': ({ environment, state }, { command }) => ({
    didNot: 'delete it',
    because: `A deployment of it to ${environment} is ${outside(state.replaceAll('_', ' '), 40)}.`,
    next: `Abort or reject that first: ${copyable(`${command} status`)}`,
  }),
}
