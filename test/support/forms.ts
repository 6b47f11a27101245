/** Forms as people get them: requested again if the first attempt came too late. */
import type { SlackWindow, WorkspaceView } from '../../local/slack-window.js'
import { until } from './until.js'

/** Slack gives a bot three seconds to open a form; nothing opens later than this. */
const OPENS_WITHIN_MS = 15_000

/**
 * The form that an order opens, on top of any open ones. A busy machine may be too late for
 * Slack, and the answer says so: a person asks again.
 */
export function openForm(window: SlackWindow, ask: () => Promise<void> | void): Promise<WorkspaceView> {
  const before = window.modal()?.id
  return until('the form', async () => {
    await ask()
    return window.untilModal(OPENS_WITHIN_MS, ({ id }) => id !== before).catch(() => null)
  })
}
