import { code } from '../escape.js'
import { actWords } from '../words/act-words.js'
import { copyable, listed, nearestOr, type RefusalTexts } from './refusal-words.js'

const nothing = 'do anything'
const kilobytes = (bytes: number): number => Math.ceil(bytes / 1_024)

/** Refusals about names that could not be understood. */
export const namedTexts: RefusalTexts<
  | 'unknown-app'
  | 'unknown-environment'
  | 'unknown-release'
  | 'unknown-deployment'
  | 'unknown-build'
  | 'unknown-type'
  | 'ambiguous-environment'
  | 'title-missing'
  | 'text-too-long'
  | 'no-room'
  | 'title-too-long'
  | 'reason-missing'
  | 'invalid-time'
  | 'invalid-day'
  | 'day-over'
  | 'invalid-name'
  | 'invalid-version'
  | 'version-taken'
  | 'version-too-far'
  | 'versions-used-up'
> = {
  'unknown-app': ({ text, nearest }, { command }) => ({
    didNot: nothing,
    because: `I don't know an app ${code(text, 60)}.`,
    next: nearestOr(nearest, `See all apps: ${copyable(`${command} where`)}`),
  }),
  'unknown-environment': ({ text, nearest }, { command }) => ({
    didNot: nothing,
    because: `I don't know an environment ${code(text, 60)}.`,
    next: nearestOr(nearest, `See all environments: ${copyable(`${command} where`)}`),
  }),
  'unknown-release': ({ text, nearest }, { command }) => ({
    didNot: nothing,
    because: `I don't know a release or candidate ${code(text, 60)}.`,
    next: nearestOr(nearest, `See all releases: ${copyable(`${command} list`)}`),
  }),
  'unknown-deployment': ({ text }, { command }) => ({
    didNot: nothing,
    because: `There is no deployment ${code(text, 60)} in question.`,
    next: `See what is: ${copyable(`${command} status`)}`,
  }),
  'unknown-build': ({ text, commits }, { command }) => ({
    didNot: nothing,
    because:
      commits.length > 1
        ? `${code(text, 64)} may be any of ${listed(commits.slice(0, 5))}.`
        : `No build of ${code(text, 64)} is known: it was neither cut nor pushed to a branch that is followed.`,
    next:
      commits.length > 1
        ? 'Write more of the commit.'
        : `Cut it: ${copyable(`${command} cut "title" --from ${text.slice(0, 64)}`)}`,
  }),
  'unknown-type': ({ text, nearest }) => ({
    didNot: 'take it',
    because: `${code(text, 60)} is no release type of this app.`,
    next: nearestOr(nearest, 'Leave the type out to use the first one configured.'),
  }),
  'ambiguous-environment': ({ environments }) => ({
    didNot: nothing,
    because: `More than one environment is meant: ${listed(environments)}.`,
    next: 'Name one of them at the end of the command.',
  }),
  'title-missing': (_, { command }) => ({
    didNot: 'create a release',
    because: 'A release needs a title.',
    next: `For example: ${copyable(`${command} cut "Summer sale"`)}`,
  }),
  'text-too-long': ({ what, length, most }) => ({
    didNot: nothing,
    because: `The ${what} has ${length} characters; ${most} fit.`,
    next: 'Shorten it, or link to a page with the rest.',
  }),
  'no-room': ({ bytes, most }) => ({
    didNot: nothing,
    because: `With it ${kilobytes(bytes)} KB would be kept of the release; ${kilobytes(most)} KB fit.`,
    next: 'Cut a new release for what is to come. This one can still be accepted, rejected and abandoned.',
  }),
  'title-too-long': ({ length, most }) => ({
    didNot: 'create a release',
    because: `The title has ${length} characters; at most ${most} are allowed.`,
    next: 'Shorten the title and put the rest into the description.',
  }),
  'reason-missing': ({ verb }, { command }) => ({
    didNot: actWords(verb),
    because: 'This needs a reason, which everybody can then read.',
    next: `Add one: ${copyable(`${command} ${verb} … --reason "why"`)}`,
  }),
  'invalid-time': ({ text }) => ({
    didNot: nothing,
    because: `I can't read ${code(text, 60)} as a time that is ahead.`,
    next: `Write it like ${copyable('2h')}, ${copyable('3d')} or ${copyable('until fri 17:00')}; a zone may follow.`,
  }),
  'invalid-day': ({ text }) => ({
    didNot: 'plan it',
    because: `I can't read ${code(text, 60)} as a day.`,
    next: `Write it like ${copyable('2026-12-24')}, ${copyable('friday')} or ${copyable('next week')}; a plan names no hour.`,
  }),
  'day-over': ({ day, today }) => ({
    didNot: 'plan it for a day that is over',
    because: `${day} is over: today is ${today}.`,
    next: 'Name another day, or say below that this one is meant.',
  }),
  'invalid-name': ({ text }) => ({
    didNot: nothing,
    because: `${code(text, 60)} is no name I can use.`,
    next: 'Use lower-case letters, digits and dashes, at most 40.',
  }),
  'invalid-version': ({ text }) => ({
    didNot: 'cut it',
    because: `${code(text, 60)} is no version.`,
    next: `Write it like ${copyable('as 2.0.0')}, or leave it out.`,
  }),
  'version-taken': ({ version }) => ({
    didNot: 'cut it',
    because: `Version ${code(version, 40)} is taken; a version is never used twice, also not after a deletion.`,
    next: 'Name another one with `as`, or leave it out to get the next free one.',
  }),
  'version-too-far': ({ version, highest }) => ({
    didNot: 'cut it',
    because: `Version ${code(version, 40)} is more than 1,000 past ${highest === null ? 'the first' : code(highest, 40)}; soon none could follow it.`,
    next: 'Name a closer one with `as`, or leave it out to get the next free one.',
  }),
  'versions-used-up': ({ highest }) => ({
    didNot: 'cut it',
    because: `No version can follow ${code(highest, 40)}.`,
    next: 'Name a free one with `as`.',
  }),
}
