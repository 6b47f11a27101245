/** Trains in Slack: the announcement of a departure, and the answer to `train`. */
import type { Button, KnownBlock } from '@slack/types'
import type { AppName } from '../../domain/identifiers.js'
import type { TrainDefinition } from '../../domain/pipeline.js'
import { keptBy } from '../../domain/train/rules.js'
import type { TrainLook, TrainState, Trip } from '../../domain/train/state.js'
import { actions, button, context, header, section, withBlockIds } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { date, forNotification, mention, outside } from './escape.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { MessageWithButtons } from './message.js'
import { revisionOf } from './short-hash.js'
import { endWords, leavesWords, loadLines, loadWords, skippedWords } from './words/train-words.js'

export interface TrainNotice extends MessageWithButtons {
  /** A short hash of everything shown. */
  readonly revision: string
}

const MOST_TRIPS = 3

/** The prefix of the first block id in every version of an announcement. */
export const trainMarker = (app: AppName, departs: string): string =>
  `rel:note:train-${app}-${Date.parse(departs)}`

/** The channel's announcement of a departure, with its buttons while they apply, and afterwards with what happened. */
export function trainNotice(state: TrainState, trip: Trip): TrainNotice {
  const { app } = state
  const { departs, look, end } = trip
  const text =
    end === null
      ? `${app}: the next train ${leavesWords(departs, look, mrkdwn)}`
      : `${app}, the train of ${date(departs)}: ${endWords(end, mrkdwn)}`
  const drawn = buttonsOf(state, departs)
  const blocks = [
    section(
      end === null
        ? `${marks.train} *${app}* The next train leaves ${date(departs)}${withWords(look)}`
        : `${marks.train} *${app}* The train of ${date(departs)}`,
    ),
    ...(end === null ? [...loadBlocks(state.train, look), ...holdBlocks(state)] : []),
    ...(end === null ? [] : [context(endWords(end, mrkdwn))]),
    ...(drawn.length === 0 ? [] : [actions(drawn.map(({ element }) => element))]),
  ]
  const revision = revisionOf([text, blocks])
  return {
    text: forNotification(text),
    blocks: withBlockIds(blocks, trainMarker(app, departs), revision),
    buttons: drawn.map(({ target }) => target),
    revision,
  }
}

/** The answer to `train`. `look` null: what it would take could not be read. */
export function trainMessage(state: TrainState, look: TrainLook | null): MessageWithButtons {
  const { app, departure, leaving, trips } = state
  const shown = departure === null ? [] : buttonsOf(state, departure)
  const text =
    leaving !== null
      ? `${app}: a train leaves now.`
      : departure === null
        ? `${app}: no train is planned.`
        : `${app}: the next train ${leavesWords(departure, look, mrkdwn)}`
  const past = trips.filter(({ end }) => end !== null).slice(-MOST_TRIPS)
  return {
    text: forNotification(text),
    blocks: [
      header(`Train of ${app}`),
      ...(leaving === null ? [] : [section(`${marks.train} One leaves now, for ${date(leaving.departs)}.`)]),
      section(
        departure === null
          ? 'None is planned.'
          : `${marks.train} The next one leaves ${date(departure)}${withWords(look)}`,
      ),
      ...(departure === null
        ? []
        : [...loadBlocks(state.train, look), ...timetableBlocks(state), ...holdBlocks(state)]),
      ...(past.length === 0
        ? []
        : [
            context(
              past
                .toReversed()
                .map((trip) => `${date(trip.departs)}: ${trip.end ? endWords(trip.end, mrkdwn) : ''}`)
                .join('\n'),
            ),
          ]),
      ...(shown.length === 0 ? [] : [actions(shown.map(({ element }) => element))]),
    ],
    buttons: shown.map(({ target }) => target),
  }
}

const withWords = (look: TrainLook | null): string => (look === null ? '.' : `: ${loadWords(look, mrkdwn)}.`)

/** What it would take, and what would stop it, if it left now. */
function loadBlocks(train: TrainDefinition | null, look: TrainLook | null): readonly KnownBlock[] {
  if (look === null)
    return [context(`${marks.uncertain} What it would take could not be read from the repository.`)]
  const lines = loadLines(look, mrkdwn)
  const why = train && keptBy(train, look)
  return [
    ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
    ...(why === null
      ? []
      : [context(`${marks.skipped} As things stand it does not leave: ${skippedWords(why, mrkdwn)}.`)]),
    ...(look.calendar === null
      ? []
      : [
          context(
            `${marks.uncertain} The calendar of holidays could not be read: ${outside(look.calendar, 200)}`,
          ),
        ]),
  ]
}

function holdBlocks({ held, overdue }: TrainState): readonly KnownBlock[] {
  if (held === null) return []
  const why = held.reason === null ? '' : `: ${outside(held.reason, 150)}`
  const late = overdue === null ? '' : ` The one of ${date(overdue)} leaves as soon as somebody resumes it.`
  return [context(`${marks.held} ${mention(held.by)} holds it since ${date(held.at)}${why}.${late}`)]
}

function timetableBlocks({ train }: TrainState): readonly KnownBlock[] {
  if (train === null) return []
  const upTo = train.promote === null ? '' : ` What it cuts goes on to ${train.promote} as its gates open.`
  return [context(`From ${outside(train.from, 80)}, by \`${train.cron}\` in ${train.timezone}.${upTo}`)]
}

interface DrawnButton {
  readonly element: Button
  readonly target: ButtonTarget
}

/** Buttons while the departure is in the future, or held until a person resumes it. */
function buttonsOf(state: TrainState, departs: string): readonly DrawnButton[] {
  const { app, held, leaving, departure, overdue } = state
  if (leaving !== null || (departs !== departure && departs !== overdue)) return []
  const draw = (verb: 'train-hold' | 'train-leave' | 'train-resume', label: string): DrawnButton => {
    const target: ButtonTarget = { verb, app, argument: departs }
    return { target, element: button({ verb, label, says: `${label}: ${app}`, value: buttonId(target) }) }
  }
  return [
    held === null ? draw('train-hold', 'Hold the train') : draw('train-resume', 'Resume the train'),
    draw('train-leave', 'Leave now'),
  ]
}
