/** All of Slipway's messages by place: the gallery shows them, and tests check them against Slack's limits. */

import { formView, outdatedFormView } from '../../bot/interactions/form-view.js'
import { doneMessage } from '../../bot/verbs/done-message.js'
import { refusalMessage } from '../../bot/verbs/refusal-message.js'
import { formNames } from '../../bot/verbs/table.js'
import { authorMessage } from '../../bot/views/author-message.js'
import { channelNote } from '../../bot/views/channel-note.js'
import { digestMessage } from '../../bot/views/digest-message.js'
import { closedHomeView, homeView } from '../../bot/views/home-view.js'
import type { Message } from '../../bot/views/message.js'
import { notesMessage, publishedNotes } from '../../bot/views/notes-message.js'
import { noticeMessage } from '../../bot/views/notice-message.js'
import { pushMessage } from '../../bot/views/push-message.js'
import { roadmapMessage } from '../../bot/views/read/roadmap-message.js'
import {
  checklistMessage,
  deploymentLogMessage,
  environmentMessage,
  environmentsMessage,
  helpMessage,
  historyMessage,
  listMessage,
  statusMessage,
  whereMessage,
} from '../../bot/views/read-views.js'
import { refusedAsk } from '../../bot/views/refused-ask.js'
import { releaseCard } from '../../bot/views/release-card.js'
import {
  channelDelayMessage,
  type Delay,
  delayMessage,
  parkedMessage,
} from '../../bot/views/slow-order-message.js'
import { threadLine } from '../../bot/views/thread-line.js'
import { trainMessage, trainNotice } from '../../bot/views/train-message.js'
import { cardActions } from '../../domain/card-actions.js'
import type { ReleaseNotes } from '../../domain/notes.js'
import { type AuthorEvent, notificationOf, topicOf } from '../../domain/notifications.js'
import type { AuditView } from '../../domain/views.js'
import type { Room, Scene } from '../../tools/gallery/page.js'
import { anApp } from '../bot/verbs/grammar-fixture.js'
import { aDigest, emptyDigest, helps, pins, tables, whyAndPlans } from './answer-samples.js'
import { cardOptions } from './card-options.js'
import { anEvent, everyEvent, everyNotice } from './events.js'
import { everyDone, everyRefusal } from './outcomes.js'
import { builds, comparisons, figures, notUnderstood, reminders } from './question-samples.js'
import { stories } from './release-stories.js'
import {
  ALICE,
  AT,
  aDeployment,
  anEnvironment,
  aPipeline,
  aRelease,
  BOB,
  environmentName,
  SHOP,
} from './release-views.js'
import { aRoadmap, emptyRoadmap } from './roadmaps.js'
import { evilLook, trains } from './train.js'

type Named = readonly (readonly [string, Message])[]

const views = Object.entries(stories)
const cards: Named = views.map(([name, view]) => [`card: ${name}`, releaseCard(view, cardOptions)])
const statuses: Named = views.map(([name, view]) => [`status: ${name}`, statusMessage(view, cardOptions)])
const checklists: Named = views.map(([name, view]) => [
  `checklist: ${name}`,
  checklistMessage(view, cardOptions),
])
const refusals: Named = everyRefusal.map((one) => [
  `refusal: ${one.code}`,
  refusalMessage(one, 'e_7KQ2', '/release'),
])
const outcomes: Named = everyDone.map((one) => [`done: ${one.code}`, doneMessage(one, '/release')])

/** A release with that many checklist items. */
export const withChecklist = (length: number): ReturnType<typeof aRelease> => {
  const item = { role: 'qa', before: environmentName('production'), tickedBy: null, tickedAt: null }
  const checklist = Array.from({ length }, (_, index) => ({ ...item, item: `Item ${index} <of many>` }))
  return aRelease({ detail: { ...aRelease().detail, checklist } })
}

const aDelay: Delay = {
  ...{ key: 'command/1', app: SHOP, by: ALICE, errorId: 'e_41c90f12', answeredAt: null },
  ...{ command: '/release lock shop staging "<!channel>"', trouble: '<!here> does not answer' },
  ...{ since: AT, parkedAt: AT },
}
const delays: Named = [
  ['no answer after a minute', delayMessage(aDelay)],
  ['parked after an hour', parkedMessage(aDelay)],
  ['parked, of no app', parkedMessage({ ...aDelay, app: null, command: null, trouble: null })],
]

const someNotes: ReleaseNotes = {
  sections: {
    highlights: 'The cart was rewritten.\n*Nothing* <!channel> to do.',
    features: '- cart: sell umbrellas (#41), Bob, SHOP-7\n- In every colour (#42), Ada, Bob',
    fixes: `- ${'Count totals '.repeat(40)}(#43), Cy\n`.repeat(5),
  },
  ...{ candidate: 1, frozen: false, edited: { by: BOB, at: AT }, edits: [] },
}
const answers: Named = [
  ['notes', notesMessage(aRelease(), someNotes)],
  [
    'notes: released',
    notesMessage(aRelease({ state: 'released' }), { ...someNotes, frozen: true, edited: null }),
  ],
  ['notes: not drafted', notesMessage(aRelease(), null)],
  ...Object.entries(trains).map(([name, state]) => [name, trainMessage(state, evilLook)] as const),
  ['train: nothing is known of it', trainMessage(trains['train: announced'], null)],
  ...checklists,
  ['a long checklist', checklistMessage(withChecklist(60), cardOptions)],
  ['list', listMessage(Object.values(stories), { command: '/release' })],
  ['list, second page', listMessage(Object.values(stories), { command: '/release', page: 2 })],
  ['list of nothing', listMessage([], { command: '/release' })],
  ['where', whereMessage(aPipeline({ staging: { current: aDeployment(), state: 'failed' } }))],
  ['where: nothing', whereMessage([])],
  ...tables,
  ...whyAndPlans,
  ...builds,
  ...comparisons,
  ...figures,
  ['env list', environmentsMessage(aPipeline({ staging: { current: aDeployment() } }))],
  ['env show', environmentMessage(anEnvironment('staging', { current: aDeployment() }))],
  [
    'history',
    historyMessage(
      Array.from({ length: 60 }, () => anEvent('release.cut')),
      {
        ...{ builds: [], page: 2, app: SHOP, name: 'shop 2026.11.3 “Summer sale”', goesOn: true },
        command: 'history shop 2026.11.3',
      },
    ),
  ],
  [
    'history of nothing',
    historyMessage([], { builds: [], page: 1, app: SHOP, name: 'shop', command: 'history shop' }),
  ],
  ['help', helpMessage({ command: '/release', app: anApp('shop'), open: [aRelease()] })],
  ...helps,
  ['log', deploymentLogMessage(aDeployment(), 'one\n```\n<!here>\n'.repeat(500), null)],
  ['roadmap', roadmapMessage([aRoadmap], '/release')],
  ['roadmap: nothing planned', roadmapMessage([emptyRoadmap], '/release')],
  ['empty log', deploymentLogMessage(aDeployment(), '', 'https://slipway.test/log')],
]

const channel: Named = [
  ...Object.entries(trains).flatMap(([name, state]) =>
    state.trips.map((trip, index) => [`${name}, as announced ${index}`, trainNotice(state, trip)] as const),
  ),
  ['published notes', publishedNotes(aRelease({ state: 'released' }), someNotes, 'https://slack.test/card')],
  ['push', pushMessage(anEnvironment('integration'), [aDeployment({ kind: 'push', candidateNumber: null })])],
  ['push: nothing yet', pushMessage(anEnvironment('integration'), [])],
  ...pins,
  ...reminders,
  ['digest', digestMessage(aDigest, 'digest/C01SHOP', '/release')],
  ['digest of nothing', digestMessage(emptyDigest, 'digest/C01SHOP', '/release')],
  ['no answer after ten minutes', channelDelayMessage({ ...aDelay, parkedAt: null })],
  ['parked, as the channel sees it', channelDelayMessage(aDelay)],
  ['answered at last', channelDelayMessage({ ...aDelay, by: null, answeredAt: AT })],
]

const logUrl = 'https://slipway.test/log'
const asked = [BOB]
const itsRelease = { title: 'New checkout <!here>', cardUrl: 'https://slack.test/card' }
const failed = { name: 'price › rounds <!channel>', message: '5 !== 4' }
const lines: Named = everyEvent.map((event) => [
  `line: ${event.kind}`,
  threadLine(event, notificationOf(event) === 'broadcast' ? { logUrl, asked, release: itsRelease } : {}),
])
const ofNoRelease = /^(?:push|pull|train|environment|order)\./
const notes: Named = everyEvent
  .filter((event) => ofNoRelease.test(event.kind) && notificationOf(event) === 'broadcast')
  .map((event) => [
    `note: ${event.kind}`,
    channelNote(event, { authors: asked, tail: 'disk full', tests: [failed], logUrl }),
  ])
const concernsAuthors = (event: AuditView): event is AuditView<AuthorEvent> => topicOf(event) !== null
const toAuthors: Named = everyEvent.filter(concernsAuthors).map((event) => [
  `to an author: ${event.kind}`,
  authorMessage(event, {
    count: 2,
    subject: 'Round prices <!here>',
    ...{ cardUrl: itsRelease.cardUrl, logUrl, hint: '`/release mute shop` ends these messages' },
  }),
])
const preview = anEnvironment('pr-1', { expiresAt: '2026-11-21T18:05:00.000Z' })
const notices: Named = everyNotice.map((notice) => [`notice: ${notice.kind}`, noticeMessage(preview, notice)])

const closings = ['is_archived', 'not_in_channel', 'channel_not_found', 'restricted_action', null]
const byDirectMessage: Named = everyEvent
  .filter(({ kind }) => kind === 'deployment.prepared' || kind === 'deployment.awaiting_acceptance')
  .flatMap((event) =>
    closings.map((refusal): Named[number] => [
      `asked by direct message: ${event.kind}, ${refusal}`,
      refusedAsk(event, aRelease({ title: 'New checkout <!here>' }), { command: '/release', refusal }),
    ]),
  )

/** Every message, by name. */
export const everyMessage: Named = [
  ...[...cards, ...statuses, ...refusals, ...notUnderstood, ...outcomes, ...answers, ...delays],
  ...[...channel, ...lines, ...notes, ...notices, ...toAuthors, ...byDirectMessage],
]

const scenes = (messages: Named): readonly Scene[] =>
  messages.map(([name, { text, blocks }]) => ({ kind: 'message', name, text, blocks }))

const plannedHere = [...aRoadmap.overdue, ...aRoadmap.ahead].map((release) => ({
  release,
  today: aRoadmap.today,
}))

function homes(): readonly Scene[] {
  const entries = views.map(([, view]) => ({
    view,
    actions: cardActions(view).slice(0, 3),
    url: 'https://slack.test/card',
  }))
  const full = homeView(
    {
      cuttable: [SHOP],
      waiting: entries.slice(0, 8),
      inFlight: entries.slice(8, 12),
      planned: plannedHere,
      environments: aPipeline({ staging: { current: aDeployment() } }),
      mine: [],
      delays: [aDelay],
      sandbox:
        'Stages run in bubblewrap: each sees its own files and nothing else of Slipway or of other apps.',
    },
    '/release',
    ALICE,
  )
  const empty = homeView(
    {
      cuttable: [],
      waiting: [],
      inFlight: [],
      planned: [],
      environments: [],
      mine: [],
      delays: [],
      sandbox: null,
    },
    '/release',
    ALICE,
  )
  return [
    {
      kind: 'home',
      name: 'Home, busy',
      blocks: full.view.blocks,
    },
    {
      kind: 'home',
      name: 'Home, empty',
      blocks: empty.view.blocks,
    },
    { kind: 'home', name: 'Home of somebody from outside', blocks: closedHomeView().blocks },
  ]
}

function forms(): readonly Scene[] {
  const origin = { opener: ALICE, channel: aRelease().channel, thread: null }
  const apps = [anApp('shop'), anApp('web')]
  const each = formNames.map(
    (form): Scene => ({
      kind: 'form',
      name: `form: ${form}`,
      view: formView(
        { request: { form, app: SHOP, given: {}, target: {} }, app: anApp('shop'), apps },
        origin,
      ),
    }),
  )
  return [...each, { kind: 'form', name: 'form: too old', view: outdatedFormView('/release') }]
}

/** The gallery, room by room. */
export const rooms: readonly Room[] = [
  { id: 'cards', title: 'Release cards', scenes: scenes(cards) },
  { id: 'channel', title: 'Messages of the channel', scenes: scenes([...channel, ...notes, ...notices]) },
  { id: 'authors', title: 'Direct messages to authors', scenes: scenes(toAuthors) },
  {
    id: 'by-direct-message',
    title: 'Asked by direct message, where the channel takes none',
    scenes: scenes(byDirectMessage),
  },
  { id: 'lines', title: 'Lines of a thread', scenes: scenes(lines) },
  { id: 'answers', title: 'Answers to questions', scenes: scenes([...statuses, ...answers, ...delays]) },
  { id: 'done', title: 'Orders that were carried out', scenes: scenes(outcomes) },
  { id: 'refusals', title: 'Refusals', scenes: scenes([...refusals, ...notUnderstood]) },
  { id: 'forms', title: 'Forms', scenes: forms() },
  { id: 'home', title: 'Home', scenes: homes() },
]
