/** The reminder of a planned release, on its day and after it has passed. */
import type { PlanReminder } from '../../domain/roadmap.js'
import { saySlip } from '../../domain/schedule.js'
import type { ReleaseView } from '../../domain/views.js'
import { actions, button, section, withBlockIds } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { situationOf } from './card/situation.js'
import { mention, outside } from './escape.js'
import { marks } from './marks.js'
import type { MessageWithButtons } from './message.js'

/** `marker`: the prefix of its block ids. */
export function plannedReminder(
  view: ReleaseView,
  reminder: PlanReminder,
  marker: string,
): MessageWithButtons {
  const { app, version, title, state, requestedBy, id } = view
  const name = [app, version].filter((part) => part !== null).join(' ')
  const when =
    reminder.daysLate === 0
      ? `is planned for today, ${reminder.day}`
      : `was planned for ${reminder.day} and is ${saySlip(reminder.daysLate)}`
  const text = `${marks.expires} ${name} “${outside(title, 100)}” ${when}.`
  const next =
    state === 'draft' ? 'Cut it, or plan it for another day.' : 'Bring it up, or plan it for another day.'
  const drawn = [
    ...(state === 'draft' ? [{ verb: 'cut' as const, label: 'Cut…' }] : []),
    { verb: 'edit' as const, label: 'Change the plan…' },
  ].map(({ verb, label }) => {
    const target: ButtonTarget = { verb, app, releaseId: id }
    return {
      target,
      element: button({ verb, label, says: `${label} ${name} ${title}`, value: buttonId(target) }),
    }
  })
  const says = `${text} ${situationOf(view).sentence}\n*Next* ${next} It is ${mention(requestedBy)}’s.`
  const blocks = [section(says), actions(drawn.map(({ element }) => element))]
  return {
    text,
    blocks: withBlockIds(blocks, marker, '1'),
    buttons: drawn.map(({ target }) => target),
  }
}
