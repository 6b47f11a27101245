import { isBeforeCut } from '../../../domain/pipeline.js'
import type { ChecklistState } from '../../../domain/record-details.js'
import type { ReleaseView } from '../../../domain/views.js'
import { actions, button, context, header, section } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import type { CardOptions } from '../card/card-options.js'
import { releaseName } from '../card/situation.js'
import { code, date, mention, mentions, outside } from '../escape.js'
import type { MessageWithButtons } from '../message.js'

/** With one row per button, this stays below Slack's fifty blocks. */
const MOST = 20

/** The answer to `checklist`: each item with who may tick it or who did, and its button while the release is open. */
export function checklistMessage(view: ReleaseView, options: CardOptions): MessageWithButtons {
  const name = nameOf(view)
  const { checklist } = view.detail
  if (checklist.length === 0) {
    const text = `${name} has no checklist.`
    if (view.state === 'draft')
      return { text, blocks: [section(`${text}\nIts app has none, or its type needs none.`)], buttons: [] }
    const why = 'Its app had none when it was cut, or its type needs none.'
    const next = `See what it waits for: ${code(`${options.command} why ${view.app} ${view.version ?? ''}`.trim(), 150)}`
    return { text, blocks: [section(`${text}\n${why} ${next}`)], buttons: [] }
  }
  const done = checklist.filter(({ tickedBy }) => tickedBy !== null).length
  const items = checklist.slice(0, MOST).map((item) => drawItem(view, item, options))
  return {
    text: `${name}: ${done} of ${checklist.length} ticked.`,
    blocks: [
      header(`Checklist of ${name}: ${done} of ${checklist.length} ticked`),
      ...items.flatMap(({ blocks }) => blocks),
      ...(checklist.length > MOST ? [context(`…and ${checklist.length - MOST} more.`)] : []),
    ],
    buttons: items.flatMap(({ target }) => target ?? []),
  }
}

/** A draft is named by its title. */
const nameOf = (view: ReleaseView): string =>
  view.version === null ? `${view.app} “${outside(view.title, 80)}”` : `${view.app} ${releaseName(view)}`

/** Items before the cut are ticked before it, all others after it. */
const isTickable = ({ state }: ReleaseView, item: ChecklistState): boolean =>
  isBeforeCut(item) ? state === 'draft' : state === 'open'

function drawItem(view: ReleaseView, state: ChecklistState, options: CardOptions) {
  const { item, tickedBy } = state
  const text = section(itemText(state, options))
  if (!isTickable(view, state)) return { blocks: [text], target: null }
  const verb = tickedBy === null ? 'tick' : 'untick'
  const target: ButtonTarget = { verb, app: view.app, releaseId: view.id, argument: item }
  const label = verb === 'tick' ? 'Tick' : 'Untick'
  const says = `${label} ${item} of ${nameOf(view)}`
  const element = button({ verb, label, says, value: buttonId(target) })
  return { blocks: [text, actions([element])], target }
}

function itemText({ item, role, before, tickedBy, tickedAt }: ChecklistState, options: CardOptions): string {
  if (tickedBy !== null)
    return `☑ *${outside(item, 100)}* — ${mention(tickedBy)}${tickedAt === null ? '' : ` · ${date(tickedAt)}`}`
  const people = options.people?.(role) ?? []
  const who = people.length === 0 ? '' : ` (${mentions(people.slice(0, 6))})`
  return `☐ *${outside(item, 100)}* — for ${outside(role, 40)}${who}, before ${isBeforeCut({ before }) ? 'the cut' : outside(before, 60)}`
}
