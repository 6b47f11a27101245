import { isBeforeCut } from '../../../domain/pipeline.js'
import { code, date, mention, outside } from '../escape.js'
import { mrkdwn } from '../markup.js'
import { newerRunsWords, setbackWords } from '../words/setback-words.js'
import { copyable, listed, nearestOr, type RefusalTexts } from './refusal-words.js'

/** Refusals about candidates and their gates. */
export const gateTexts: RefusalTexts<
  | 'not-ready'
  | 'candidate-rejected'
  | 'newer-candidate'
  | 'went-wrong-before'
  | 'newer-runs'
  | 'not-accepted-below'
  | 'already-there'
  | 'checklist-open'
  | 'item-later'
  | 'soaking'
  | 'unknown-item'
  | 'own-sign-off'
  | 'nothing-to-decide'
  | 'already-decided'
  | 'superseded'
  | 'no-override'
  | 'old-button'
> = {
  'not-ready': ({ candidate, state }, { command }) => ({
    didNot: `deploy ${code(candidate, 60)}`,
    because: `It is not ready: its state is ${outside(state.replaceAll('_', ' '), 40)}.`,
    next:
      state === 'build_failed'
        ? `Look why, and retry the build: ${copyable(`${command} status ${candidate}`)}`
        : `Wait for its build: ${copyable(`${command} why ${candidate}`)}`,
  }),
  'candidate-rejected': ({ candidate }, { command }) => ({
    didNot: `promote ${code(candidate, 60)}`,
    because: 'It was rejected, and a rejected candidate goes no further.',
    next: `Fix it on trunk and pick the fix: ${copyable(`${command} cherry-pick <commit>`)}`,
  }),
  'newer-candidate': ({ candidate, newer }) => ({
    didNot: `promote ${code(candidate, 60)}`,
    because: `${code(newer, 60)} is newer and ready.`,
    next: `Promote ${code(newer, 60)} instead, or confirm that you mean the older one, with the button or \`--yes\`.`,
  }),
  'went-wrong-before': ({ candidate, environment, setback }) => ({
    didNot: `promote ${code(candidate, 60)} to ${environment} again`,
    because: `It ${setbackWords(setback, environment, mrkdwn)}, and nothing newer was accepted there since.`,
    next: 'If it should go well now, say why, with the button or `--reason "…"`.',
  }),
  'newer-runs': ({ candidate, environment, newer }) => ({
    didNot: `promote ${code(candidate, 60)} to ${environment}`,
    because: `${newerRunsWords(environment, { ...newer, name: code(newer.name, 60) })}.`,
    next: `To go back, roll ${environment} back; confirm with the button or \`--yes\` that you mean to promote the older one.`,
  }),
  'not-accepted-below': ({ candidate, missing }, { command }) => ({
    didNot: `promote ${code(candidate, 60)}`,
    because: `It is not accepted in ${listed(missing)} yet.`,
    next: `Accept it there first: ${copyable(`${command} why ${candidate}`)}`,
  }),
  'already-there': ({ candidate, environment, state }, { command }) => ({
    didNot: `promote ${code(candidate, 60)} again`,
    because: `It already has a deployment in ${environment}: ${state === 'preview' ? 'a preview already' : state.replaceAll('_', ' ')}.`,
    next: `Look at it: ${copyable(`${command} status ${candidate}`)}`,
  }),
  'checklist-open': ({ items, drafted }, { command }) => ({
    didNot: 'cut it',
    because: drafted
      ? `What has to be done before the cut is not ticked: ${listed(items)}. A tick of whoever cuts does not count where the sign-off is another person's.`
      : `Releases of this type are planned first: ${listed(items)} has to be ticked before the cut.`,
    next: drafted
      ? `Tick what is done: ${copyable(`${command} checklist "title"`)}`
      : `Plan it: ${copyable(`${command} draft "title" --planned friday`)}`,
  }),
  'item-later': ({ item, before }, { command }) => ({
    didNot: `tick “${outside(item, 60)}”`,
    because: isBeforeCut({ before })
      ? 'It stands before the cut, and this release is cut.'
      : `It stands before ${outside(before, 60)}, and a tick is for a candidate: this release is not cut yet.`,
    next: `See it: ${copyable(`${command} checklist`)}`,
  }),
  'unknown-item': ({ text, items }, { command }) => ({
    didNot: 'tick anything',
    because: `The checklist of this release has no item “${outside(text, 100)}”.`,
    next: nearestOr(items, `See it: ${copyable(`${command} checklist`)}`),
  }),
  'own-sign-off': ({ item, environment }) => ({
    didNot: `tick “${outside(item, 60)}”`,
    because: `You asked for the deployment to ${environment}, and its sign-off is another person's.`,
    next: 'Ask somebody else of the role to tick it.',
  }),
  soaking: ({ until }) => ({
    didNot: 'promote it',
    because: `It has to run below for a while first, until ${date(until)}.`,
    next: 'Promote it then.',
  }),
  'nothing-to-decide': ({ state }, { command }) => ({
    didNot: 'decide anything',
    because: `Nothing waits for a decision here: the state is ${outside(state.replaceAll('_', ' '), 60)}.`,
    next: `See what waits: ${copyable(`${command} list approvals`)}`,
  }),
  'already-decided': ({ by, at, decision }) => ({
    didNot: 'change anything',
    because: `This was already decided: ${decision} by ${mention(by)}, ${date(at)}.`,
    next: 'The card shows where it stands now.',
  }),
  superseded: ({ by }) => ({
    didNot: 'change anything',
    because:
      by === null
        ? 'Something else runs in its place, or nothing does any more.'
        : `That deployment was replaced by ${outside(by, 80)}.`,
    next: 'Decide about the newer one on its card.',
  }),
  'no-override': ({ rule }) => ({
    didNot: 'override it',
    because: `The rule “${outside(rule, 100)}” knows no override.`,
    next: 'Do what the rule asks for first.',
  }),
  'old-button': ({ decision }, { command }) => ({
    didNot: 'do anything',
    because:
      decision === null
        ? 'That button came from an older message.'
        : `That button came from an older message: ${outside(decision, 200)}`,
    next: `Use the card as it is now: ${copyable(`${command} status`)}`,
  }),
}
