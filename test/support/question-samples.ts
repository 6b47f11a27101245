/** Samples of answers to questions about builds, comparisons and figures, and of texts that were not understood. */
import { problemMessage } from '../../bot/interactions/problem-text.js'
import type { Message } from '../../bot/views/message.js'
import { plannedReminder } from '../../bot/views/planned-reminder.js'
import { buildMessage } from '../../bot/views/read/build-message.js'
import { type Comparison, diffMessage } from '../../bot/views/read/diff-message.js'
import { buildLogMessage } from '../../bot/views/read/log-message.js'
import { metricsMessage } from '../../bot/views/read/metrics-message.js'
import { whereMessage } from '../../bot/views/read/where-message.js'
import { workingMessage } from '../../bot/views/slow-order-message.js'
import { withoutButtons } from '../../bot/views/without-buttons.js'
import { measure, type RunRow } from '../../domain/metrics.js'
import type { BuildView } from '../../domain/views.js'
import { anApp } from './app-definition.js'
import {
  ALICE,
  AT,
  aDeployment,
  aPipeline,
  aRelease,
  BOB,
  commitOf,
  deploymentId,
  environmentName,
  releaseId,
  SHOP,
} from './release-views.js'

type Named = readonly (readonly [string, Message])[]

const logUrl = 'https://slipway.test/log'
const evil = '<!channel> & `*x*`'

const aBuild = (over: Partial<BuildView> = {}): BuildView => ({
  ...{ app: SHOP, commit: commitOf('a'), state: 'succeeded', run: 1 },
  ...{ artifactDigest: aRelease().candidates[0]?.artifactDigest ?? null, artifactReference: null },
  ...{ startedAt: AT, finishedAt: '2026-11-21T14:06:30.000Z', tail: '', failedTests: [], branch: 'main' },
  ...{ candidates: [], deployments: [], ...over },
})
const failedTests = Array.from({ length: 9 }, (_, index) => ({
  name: `price ${index} ${evil}`,
  message: evil,
}))
const candidates = [1, 2].map((number) => ({
  ...{ releaseId: releaseId(number), number, name: `2026.11.3-rc.${number}`, title: evil },
  ...{ releaseState: 'open' as const, requestedBy: number === 1 ? ALICE : BOB },
}))
const deployments = (['failed', 'accepted'] as const).map((state, index) => ({
  ...{ id: deploymentId(index), number: index, environment: environmentName('staging'), state, at: AT },
  ...{ kind: 'promote' as const, requestedBy: ALICE },
}))
const stories: Readonly<Record<string, BuildView>> = {
  runs: aBuild({ state: 'running', finishedAt: null, artifactDigest: null, run: 3 }),
  'is done': aBuild({ candidates, deployments, artifactReference: 'registry.example/shop:1' }),
  failed: aBuild({ state: 'failed', artifactDigest: null, failedTests, tail: `before\n${evil}\nafter\n` }),
  'failed, and said nothing': aBuild({ state: 'failed', artifactDigest: null, branch: null }),
}
export const builds: Named = [
  ...Object.entries(stories).map(([name, build]): Named[number] => [
    `build: it ${name}`,
    buildMessage(build, { app: anApp(), command: '/release', logUrl }),
  ]),
  ['log of a build', buildLogMessage(aBuild(), `${evil}\n`.repeat(40), logUrl)],
]

const commits = Array.from({ length: 50 }, (_, index) => ({
  ...{ sha: commitOf(index.toString(16)), subject: `Sell umbrella ${index} ${evil}`, author: 'Bob' },
  ...{ email: 'bob@example.com', pull: index === 0 ? 41 : null, original: null, at: AT },
}))
const files = Array.from({ length: 30 }, (_, index) => ({
  ...{ path: `src/${index}.ts`, renamedFrom: index === 1 ? evil : null, added: 3, deleted: 1 },
}))
const compared: Comparison = {
  ...{ name: 'shop 2026.11.3-rc.1', to: commitOf('a'), base: 'production (2026.11.2)', from: commitOf('b') },
  range: { commits, total: 50, read: 50, authors: 1, pulls: [41], people: ['Bob'] },
  changes: { files, total: 30, added: 90, deleted: 30 },
  takesOut: { total: 1, commits: commits.slice(0, 1) },
}
const nothing: Comparison = {
  ...compared,
  range: { commits: [], total: 0, read: 0, authors: 0, pulls: [], people: [] },
  changes: { files: [], total: 0, added: 0, deleted: 0 },
  takesOut: { total: 0, commits: [] },
}
const place = { app: SHOP, command: 'diff shop 2026.11.3-rc.1' }
export const comparisons: Named = [
  ['diff', diffMessage(compared, { ...place, page: 1 })],
  ['diff, second page', diffMessage(compared, { ...place, page: 2 })],
  ['diff of the same', diffMessage(nothing, { ...place, page: 1 })],
  [
    'diff with nothing',
    diffMessage({ ...compared, base: null, from: null, takesOut: nothing.takesOut }, { ...place, page: 1 }),
  ],
]

const day = (number: number): Date => new Date(Date.UTC(2026, 10, number))
const run = (number: number, state: RunRow['state']): RunRow => ({
  ...{ environment: environmentName('production'), kind: 'promote', state, commit: commitOf(`${number}`) },
  ...{ failedStage: state === 'failed' ? 'check' : null, seenAt: day(number).toISOString() },
  ...{ startedAt: day(number + 1).toISOString(), finishedAt: day(number + 2).toISOString() },
})
const figuresOf = (rows: readonly RunRow[]): Message => {
  const names = ['staging', 'production'].map(environmentName)
  const span = { names, last: names.slice(1), from: day(1), to: day(20), timezone: 'UTC' }
  return metricsMessage('shop', measure({ rows, releases: [] }, span))
}
export const figures: Named = [
  ['metrics', figuresOf([run(1, 'accepted'), run(4, 'failed'), run(8, 'accepted')])],
  ['metrics of nothing', figuresOf([])],
]

const draft = aRelease({
  state: 'draft',
  version: null,
  title: 'Sell *umbrellas*',
  candidates: [],
  deployments: [],
})
export const reminders: Named = [
  ['planned for today', plannedReminder(draft, { day: '2026-11-21', daysLate: 0, name: 'day' }, 'rel:p')],
  [
    'planned, and late',
    plannedReminder(aRelease(), { day: '2026-11-18', daysLate: 3, name: 'late' }, 'rel:p'),
  ],
]

const where = whereMessage(aPipeline({ staging: { current: aDeployment(), state: 'failed' } }))
const problemsOf = (problems: Readonly<Record<string, Parameters<typeof problemMessage>[0]>>): Named =>
  Object.entries(problems).map(([name, problem]) => [
    `not understood: ${name}`,
    problemMessage(problem, 'e_7KQ2', { command: '/release' }),
  ])
export const notUnderstood: Named = [
  ['working on it', workingMessage(`cut shop "${evil}"`)],
  ['where, without what the reader may not press', withoutButtons(where, where.buttons)],
  ...problemsOf({
    'a verb': { kind: 'unknown-verb', text: evil, nearest: ['cut', 'cherry-pick'], rest: 'shop' },
    'a verb like no other': { kind: 'unknown-verb', text: 'x'.repeat(200), nearest: [], rest: '' },
    ok: { kind: 'approve-or-accept', text: 'lgtm', rest: 'shop staging' },
    'a flag': { kind: 'unknown-flag', flag: evil, verb: 'cut', nearest: ['from', 'as'] },
    'a flag like no other': { kind: 'unknown-flag', flag: 'x', verb: 'cut', nearest: [] },
    'a flag without a value': { kind: 'flag-without-value', flag: 'from', verb: 'cut' },
    'a word too many': { kind: 'unexpected', text: evil, verb: 'promote' },
    'an item': { kind: 'unknown-item', text: evil, items: ['Docs', 'Migration'] },
    'an item where there are none': { kind: 'unknown-item', text: 'Docs', items: [] },
    'a quotation mark': { kind: 'unclosed-quote', from: `"${evil}` },
    'which app': { kind: 'which-app', apps: [SHOP], verb: 'cut' },
    'which app, of none': { kind: 'which-app', apps: [], verb: 'cut' },
    'too little': { kind: 'incomplete', verb: 'promote' },
  }),
]
