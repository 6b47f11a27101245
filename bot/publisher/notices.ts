/** Notices of environments: one message in the channel and one to the owner, each posted once and updated when resolved. */
import { readEnvironments } from '../../db/queries/environments.js'
import { markStale, planMessage } from '../../db/slack-messages.js'
import type { Notice } from '../../domain/environment/lifecycle.js'
import { parseAppName, parseChannelId } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import type { SlackClient } from '../slack/web-client.js'
import { isOpen, noticeMarker, noticeMessage } from '../views/notice-message.js'
import type { LookAtEnvironment } from './changed-environments.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface Notices {
  readonly renderer: Renderer
  /** Plans new messages and marks outdated ones. */
  readonly look: LookAtEnvironment
}

const PREFIX = 'notice/'
/** Not worth posting late, once nobody can respond to them any more. */
const passing: ReadonlySet<Notice['kind']> = new Set([
  'expiring',
  'closing',
  'out-of-sync',
  'setup-required',
  'build-failed',
])
/** The owner of a preview also gets these as direct messages. */
const personal: ReadonlySet<Notice['kind']> = new Set([
  'ready',
  'expiring',
  'closing',
  'torn-down',
  'teardown-failed',
  'build-failed',
])

export function createNotices(db: PublisherDatabase, client: Pick<SlackClient, 'openDirect'>): Notices {
  const shown = new Map<string, string>()

  async function keep(key: string, channel: string, view: EnvironmentView, notice: Notice): Promise<void> {
    const { revision } = noticeMessage(view, notice)
    if (shown.get(key) === revision) return
    const place = parseChannelId(channel)
    if (place === null) return
    const known = shown.has(key)
    if (!known && passing.has(notice.kind) && !isOpen(view, notice)) return
    if (!(await planMessage(db, { key, channel: place }))) await markStale(db, [key])
    shown.set(key, revision)
  }

  async function tellOwner(key: string, view: EnvironmentView, notice: Notice): Promise<void> {
    const { owner } = view.detail
    if (owner === null || !personal.has(notice.kind)) return
    const direct = await client.openDirect(owner)
    if (direct.ok) await keep(`${key}/owner`, direct.value, view, notice)
  }

  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(db, key) },
    async look(view, channel) {
      for (const notice of view.detail.notices ?? []) {
        const key = `${PREFIX}${view.app}/${view.name}/${notice.number}`
        const before = shown.get(key)
        await keep(key, channel, view, notice)
        if (shown.get(key) !== before) await tellOwner(key, view, notice)
      }
    },
  }
}

async function draw(db: PublisherDatabase, key: string): Promise<Rendered | null> {
  const found = await find(db, key)
  if (found === null) return null
  const { text, blocks, buttons, revision } = noticeMessage(found.view, found.notice)
  return { text, blocks, buttons, hash: revision, marker: noticeMarker(found.view, found.notice), urgency: 0 }
}

async function find(
  db: PublisherDatabase,
  key: string,
): Promise<{ readonly view: EnvironmentView; readonly notice: Notice } | null> {
  const [appText = '', name, number] = key.slice(PREFIX.length).split('/')
  const app = parseAppName(appText)
  if (app === null) return null
  const view = (await readEnvironments(db, app)).find((one) => one.name === name)
  const notice = view?.detail.notices?.find((one) => one.number === Number(number))
  return view && notice ? { view, notice } : null
}
