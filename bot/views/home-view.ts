/** The Home tab: a pure function of what the person may see and do. */
import type { HomeView, KnownBlock } from '@slack/types'
import type { CardAction } from '../../domain/card-actions.js'
import type { UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { PlannedRelease } from '../../domain/roadmap.js'
import type { EnvironmentView, ReleaseView } from '../../domain/views.js'
import { actions, button, context, header, section } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { drawButtons } from './card/buttons.js'
import { situationOf } from './card/situation.js'
import { code, link, outside } from './escape.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import { dayWords, releaseLine } from './read/roadmap-lines.js'
import { runningWords } from './read/where-message.js'
import { revisionOf } from './short-hash.js'
import { type Delay, delaysShown } from './slow-order-message.js'
import { environmentWords, says } from './status-words.js'

/** A release, and what this person may do about it now. */
export interface HomeEntry {
  readonly view: ReleaseView
  readonly actions: readonly CardAction[]
  /** The URL of its card; null when it has none yet. */
  readonly url: string | null
}

export interface HomeContent {
  /** The apps in which this person may cut releases. */
  readonly cuttable: readonly AppDefinition['name'][]
  /** What this person can decide or fix. */
  readonly waiting: readonly HomeEntry[]
  /** All other open releases. */
  readonly inFlight: readonly HomeEntry[]
  /** Planned, unreleased releases by day, so that overdue ones come first; with today's date in the app's time zone. */
  readonly planned: readonly { readonly release: PlannedRelease; readonly today: string }[]
  readonly environments: readonly EnvironmentView[]
  /** Orders without an answer that concern this person. */
  readonly delays: readonly Delay[]
  /** What this person cut or drafted in the last days, unless it is shown above. */
  readonly mine: readonly HomeEntry[]
  /** How the commands of stages are isolated; null for people who need not know. */
  readonly sandbox: string | null
}

export interface DrawnHome {
  readonly view: HomeView
  /** To be stored before the view is shown. */
  readonly buttons: readonly ButtonTarget[]
  /** Equal hashes are equal views. */
  readonly hash: string
}

const MOST_ENVIRONMENTS = 30
const MOST_APPS = 4

/** Stays well below Slack's hundred blocks. */
export function homeView(content: HomeContent, command: string, reader: UserId): DrawnHome {
  const cut = cutButtons(content)
  const waiting = content.waiting.map(decisionBlocks)
  const delays = delaysShown(content.delays, reader)
  const blocks: KnownBlock[] = [
    header('Releases'),
    ...cut.blocks,
    ...(content.delays.length === 0 ? [] : [header('Orders without an answer'), ...delays.blocks]),
    header(`Waiting for you (${content.waiting.length})`),
    ...(waiting.length === 0 ? [section('Nothing waits for you.')] : waiting.flatMap((one) => one.blocks)),
    header('In flight'),
    section(content.inFlight.map(line).join('\n') || 'Nothing is under way.'),
    header('Planned'),
    section(content.planned.map(plannedLine).join('\n') || 'No release is planned for a day.'),
    header('What runs where'),
    section(environmentLines(content.environments)),
    header('Mine, last 7 days'),
    section(content.mine.map(line).join('\n') || 'Nothing else of yours.'),
    ...(content.sandbox === null ? [] : [context(outside(content.sandbox, 1_000))]),
    context(`Everything here works as a command too: ${code(`${command} help`)}`),
  ]
  const hash = revisionOf(blocks)
  return {
    view: { type: 'home', blocks },
    buttons: [...cut.targets, ...delays.buttons, ...waiting.flatMap((one) => one.targets)],
    hash,
  }
}

/** What a person without access sees. */
export function closedHomeView(): HomeView {
  return { type: 'home', blocks: [section('Only full members of this workspace see the releases here.')] }
}

interface Drawn {
  readonly blocks: readonly KnownBlock[]
  readonly targets: readonly ButtonTarget[]
}

function cutButtons({ cuttable }: HomeContent): Drawn {
  const targets = cuttable.slice(0, MOST_APPS).map((app): ButtonTarget => ({ verb: 'cut', app }))
  // Action ids are unique within a block.
  const blocks = targets.map((target) =>
    actions([
      button({
        verb: 'cut',
        label: `Cut a release of ${target.app}…`,
        says: `Cut a release of ${target.app}`,
        value: buttonId(target),
      }),
    ]),
  )
  return { blocks, targets }
}

function decisionBlocks(entry: HomeEntry): Drawn {
  const { blocks, targets } = drawButtons(entry.view, entry.actions)
  return { blocks: [section(line(entry)), ...blocks], targets }
}

function line({ view, url }: HomeEntry): string {
  const { emoji, sentence } = situationOf(view)
  const open = url === null ? '' : ` · ${link(url, 'Open the card')}`
  return `${emoji} *${outside(view.title, 80).replaceAll('*', '∗')}* — ${sentence}${open}`
}

const plannedLine = ({ release, today }: HomeContent['planned'][number]): string =>
  `*${outside(release.app, 40)}* ${release.daysLate > 0 ? '' : `${dayWords(release.plannedFor ?? today, today)} · `}${releaseLine(release, mrkdwn)}`

function environmentLines(environments: readonly EnvironmentView[]): string {
  const shown = environments.slice(0, MOST_ENVIRONMENTS).map(environmentLine)
  const more = environments.length - shown.length
  return [...shown, ...(more > 0 ? [`…and ${more} more.`] : [])].join('\n') || 'There is no environment yet.'
}

function environmentLine(environment: EnvironmentView): string {
  const { app, name, state, current, lock, hold, freeze } = environment
  const runs = runningWords(environment) ?? 'nothing yet'
  const closures = [
    ...(current !== null && current.linkedTo.length > 0 ? [`${marks.locked} cannot be deleted`] : []),
    ...(lock === null ? [] : [`${marks.locked} locked`]),
    ...(hold === null ? [] : [`${marks.held} automation paused`]),
    ...(freeze === null ? [] : [`${marks.frozen} frozen`]),
  ]
  return [`*${app} ${name}* ${says(environmentWords[state])}: ${runs}`, ...closures].join(' · ')
}
