/** Answers to questions as the gallery shows them. */

import { usageMessage } from '../../bot/verbs/usage.js'
import type { DigestContent, DigestEntry } from '../../bot/views/digest-message.js'
import type { Message } from '../../bot/views/message.js'
import { pinnedMessage } from '../../bot/views/pinned-message.js'
import { topicMessage, topicNames } from '../../bot/views/read/help-topics.js'
import { planMessage, whereTableMessage, whyMessage } from '../../bot/views/read-views.js'
import { planOf } from '../../domain/blockers/plan.js'
import { blockersOf } from '../../domain/blockers/why.js'
import type { AppName } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import { anApp } from '../bot/verbs/grammar-fixture.js'
import { cardOptions } from './card-options.js'
import { stories } from './release-stories.js'
import {
  ALICE,
  AT,
  aDeployment,
  anEnvironment,
  aPipeline,
  aRelease,
  BOB,
  QUINN,
  SHOP,
  stateOf,
} from './release-views.js'
import { pausedByRollback } from './setback.js'

type Named = readonly (readonly [string, Message])[]

/** That many apps with a pipeline each. */
export const manyApps = (count: number): readonly EnvironmentView[] =>
  Array.from({ length: count }, (_, index) => {
    const app = `app-${index}` as AppName
    const current = aDeployment({ version: '2026.11.2', released: true })
    const waits = aDeployment({ state: 'awaiting_acceptance' })
    const lock = { owner: BOB, until: null, reason: 'demo', since: AT }
    return aPipeline({ staging: { current: waits, lock }, production: { current } }).map((place) => ({
      ...place,
      app,
    }))
  }).flat()

export const tables: Named = [
  ['where: many apps', whereTableMessage(manyApps(5), '/release')],
  ['where: more apps than a table holds', whereTableMessage(manyApps(300), '/release')],
  ['where: many apps, as text', plainerOf(whereTableMessage(manyApps(5), '/release'))],
]

function plainerOf({ text, plainer = [] }: Message): Message {
  return { text, blocks: plainer }
}

export const whyAndPlans: Named = Object.entries(stories).flatMap(([name, view]) => {
  const candidate = view.candidates.at(-1)
  if (candidate === undefined) return []
  const seen = {
    ...{ view, candidate, app: anApp('shop'), now: AT },
    ...{ windows: () => new Map(), usual: new Map([['staging', 12_000]]) },
  }
  const way = { state: stateOf(view), environments: view.environments, candidate: candidate.number }
  return [
    [`why: ${name}`, whyMessage(seen, blockersOf(seen), cardOptions)],
    [`plan: ${name}`, planMessage(seen, planOf({ ...seen, ...way, asker: ALICE }))],
  ]
})

/** A waiting decision, as the digest shows it. */
export const anEntry = (story: string): DigestEntry => {
  const view = stories[story]
  const deployment = view?.deployments.findLast(
    ({ state }) => state === 'prepared' || state === 'awaiting_acceptance',
  )
  if (view === undefined || deployment === undefined) throw new Error(story)
  const { id, version, channel } = view
  return {
    ...{ app: view.app, deployment, view, url: 'https://slack.test/card', asked: [BOB, QUINN] },
    release: { id, version, channel, title: 'New checkout <!here>' },
  }
}

export const emptyDigest: DigestContent = { waiting: [], waitingMore: 0, environments: [], seals: [] }
const freeze = { owner: BOB, since: AT, until: '2026-12-24T00:00:00.000Z', reason: 'holidays' }
export const aDigest: DigestContent = {
  waiting: ['prepared, 1 of 2 approvals', 'production awaiting acceptance', 'prepared, checklist open'].map(
    anEntry,
  ),
  waitingMore: 3,
  environments: [
    ...aPipeline({
      integration: { state: 'failed', current: aDeployment() },
      staging: { freeze, lock: { owner: ALICE, since: AT, until: null, reason: 'demo' } },
      production: { freeze, hold: pausedByRollback },
    }),
    anEnvironment('pr-21', { expiresAt: AT }),
  ],
  seals: [{ app: SHOP, through: '1234', digest: 'ab'.repeat(32) }],
}

export const helps: Named = [
  ['help cherry-pick', usageMessage('cherry-pick', '/release', { app: anApp('shop'), open: [] })],
  ...topicNames.map((topic): Named[number] => [
    `help ${topic}`,
    topicMessage(topic, { command: '/release', app: anApp('shop') }),
  ]),
  ['help roles, of no app', topicMessage('roles', { command: '/release', app: null })],
]

export const pins: Named = [
  ['pinned', pinnedMessage(aRelease().channel, aDigest.environments, '/release')],
  ['pinned: many apps', pinnedMessage(aRelease().channel, manyApps(60), '/release')],
  ['pinned: nothing', pinnedMessage(aRelease().channel, [], '/release')],
]
