/** Answers to questions as the gallery shows them. */
import type { Message } from '../../bot/views/message.js'
import { planMessage, whereTableMessage, whyMessage } from '../../bot/views/read-views.js'
import { planOf } from '../../domain/blockers/plan.js'
import { obstaclesOf } from '../../domain/blockers/why.js'
import type { AppName } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import { anApp } from '../bot/verbs/grammar-fixture.js'
import { cardOptions } from './card-options.js'
import { stories } from './release-stories.js'
import { ALICE, AT, aDeployment, aPipeline, BOB, stateOf } from './release-views.js'

type Named = readonly (readonly [string, Message])[]

/** So many apps with a pipeline each. */
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

export const outlooks: Named = Object.entries(stories).flatMap(([name, view]) => {
  const candidate = view.candidates.at(-1)
  if (candidate === undefined) return []
  const seen = {
    ...{ view, candidate, app: anApp('shop'), now: AT },
    ...{ windows: () => new Map(), usual: new Map([['staging', 12_000]]) },
  }
  const way = { state: stateOf(view), environments: view.environments, candidate: candidate.number }
  return [
    [`why: ${name}`, whyMessage(seen, obstaclesOf(seen), cardOptions)],
    [`plan: ${name}`, planMessage(seen, planOf({ ...seen, ...way, asker: ALICE }))],
  ]
})
