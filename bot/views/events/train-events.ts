import { marks } from '../marks.js'
import type { Markup } from '../markup.js'
import { howWords, leavesWords, nextWords, skippedWords } from '../words/train-words.js'
import type { EventTexts, KindsOf } from './event-text.js'

/** Events of trains, which cut releases on a schedule. */
export const trainEvents: EventTexts<KindsOf<'train'>> = {
  'train.scheduled': {
    mark: marks.train,
    says: ({ departs, before }, { m }) =>
      `${before === null ? '' : `The train of ${m.date(before)} was moved. `}${nextWords(departs, m)}`,
  },
  'train.removed': {
    mark: marks.train,
    says: ({ departs }, { m }) =>
      departs === null
        ? 'The train was taken out of the configuration.'
        : `The train of ${m.date(departs)} does not leave: it was taken out of the configuration.`,
  },
  'train.announced': {
    mark: marks.train,
    says: ({ departs, look }, { m }) => `The next train ${leavesWords(departs, look, m)}`,
  },
  'train.held': {
    mark: marks.held,
    says: ({ departs, reason }, { m }) =>
      `The train of ${m.date(departs)} does not leave until somebody resumes it${reason === null ? '' : `: ${m.text(reason)}`}.`,
  },
  'train.resumed': {
    mark: marks.resumed,
    says: ({ departs }, { m }) =>
      departs === null
        ? 'Nobody holds the train any more.'
        : `Nobody holds the train of ${m.date(departs)} any more.`,
  },
  'train.stood': {
    mark: marks.held,
    says: ({ departs, holder, leavesLater, next }, { m }) =>
      `The train of ${m.date(departs)} did not leave: ${m.person(holder)} holds it. ${
        leavesLater ? 'It leaves as soon as somebody resumes it.' : nextWords(next, m)
      }`,
  },
  'train.let_go': {
    mark: marks.skipped,
    says: ({ departs, next }, { m }) =>
      `The train of ${m.date(departs)} did not leave: its time passed while Slipway did not run. ${nextWords(next, m)}`,
  },
  'train.skipped': {
    mark: marks.skipped,
    says: ({ departs, why, next }, { m }) =>
      `The train of ${m.date(departs)} does not leave${earlyWords(departs, next)}: ${skippedWords(why, m)}. ${thenWords(departs, next, m)}`,
  },
  'train.left': {
    mark: marks.train,
    says: ({ departs, how, version, total, promote }, { m }) =>
      `The train of ${m.date(departs)} ${howWords(how)} as ${version} with ${total} ${total === 1 ? 'commit' : 'commits'}${
        promote === null ? '' : `, and goes on to ${promote} as its gates open`
      }.`,
  },
  'train.not_cut': {
    mark: marks.refused,
    says: ({ departs, code, next }, { m }) =>
      `The train of ${m.date(departs)} did not leave${earlyWords(departs, next)}: its cut was refused (${code}). Cut one by hand to see why, and what to do. ${thenWords(departs, next, m)}`,
  },
  'train.failed': {
    mark: marks.failed,
    says: ({ departs, asked, message, next }, { m }) =>
      asked === 'repository'
        ? `The train of ${m.date(departs)} did not leave${earlyWords(departs, next)}: the repository could not be read (${m.text(message, 300)}). ${thenWords(departs, next, m)}`
        : `Nobody knows whether the train of ${m.date(departs)} left: its cut was not answered (${m.text(message, 300)}). Look at the list of releases, and cut one by hand if it is not there.`,
  },
}

/** For a train that a person wanted to start early and that is still scheduled. */
const earlyWords = (departs: string, next: string | null): string =>
  next === departs ? ' before its time' : ''

const thenWords = (departs: string, next: string | null, m: Markup): string =>
  next === departs ? 'It leaves as planned.' : nextWords(next, m)
