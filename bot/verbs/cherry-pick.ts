/** `cherry-pick`: adds commits to a release that is already cut. */

import { shortCommit } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { PickedMerges } from '../../domain/ports.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { type DraftOf, form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import type { Word } from '../commands/read-keywords.js'
import { releaseRef } from '../commands/release-words.js'
import { appFlags, overrideFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { type ButtonTarget, releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { listed } from '../views/listed.js'
import { marks } from '../views/marks.js'
import { commitsNamed, isPick, MOST_NAMED, pickConfirmForm, pickForm, pickWord } from './cherry-pick-forms.js'
import { opensForm, orders } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, releaseName, type Words } from './common/command-words.js'
import { appKey, releaseKey } from './common/workflow-keys.js'

type Step = IntentOf<'cherry-pick'>['step']

export const cherryPick = command('cherry-pick', {
  usage: {
    does: 'adds commits to a release that is cut',
    examples: [
      'cherry-pick 9f3c1ab #4812 onto 2026.11.3 --override "reason"',
      'cherry-pick 9f3c1ab..4d2e1f0 onto 2026.11.3',
      'cherry-pick continue',
      'cherry-pick skip',
    ],
  },
  syntax: syntax(['onto', 'of', 'on', 'to', 'in'], { ...appFlags, ...overrideFlags, onto: 'value' }),
  read: readPick,
  forms: { 'cherry-pick': pickForm, 'cherry-pick-confirm': pickConfirmForm },
  buttons: {
    'cherry-pick': opensForm('cherry-pick'),
    'cherry-pick-continue': orders((target) => nextStep(target, 'continue')),
    'cherry-pick-skip': orders((target) => nextStep(target, 'skip')),
    'cherry-pick-confirm': opensForm('cherry-pick-confirm'),
  },
  orders: {
    'cherry-pick': {
      write: (draft) => [
        ...pickWords(draft),
        draft.release && 'onto',
        draft.release && releaseName(draft.release),
      ],
      workflowKey: ({ app, release }) => (release === null ? appKey(app) : releaseKey(app, release)),
      addIds: (draft, newIds) => ({ ...draft, deploymentId: newIds.deployment() }),
      handle: handlePick,
    },
  },
  done: {
    picking: ({ candidate }) =>
      `${marks.picked} Picking; when it applies cleanly it becomes ${code(candidate, 60)}.`,
    picked: ({ candidate, picked, contained, merges, confirmed }) =>
      [
        `${marks.picked} Picked ${commitsNamed(picked)}: ${code(candidate, 60)} is built now. The candidates before it stay; nothing of theirs carries over.`,
        ...(merges.total === 0
          ? []
          : [`Merges are taken as they changed their first parent: ${sides(merges)}.`]),
        ...(confirmed === 0
          ? []
          : [`With ${confirmed} ${confirmed === 1 ? 'commit' : 'commits'} that you confirmed.`]),
        ...(contained.length === 0 ? [] : [`Already contained: ${commitsNamed(contained)}.`]),
      ].join(' '),
    'pick-ended': ({ commit, candidate }) =>
      `${marks.skipped} Skipped ${code(shortCommit(commit))}; nothing else was to be picked, so ${code(candidate, 60)} stays the newest candidate.`,
  },
})

/** `cherry-pick 9f3c1ab #4812 onto 2026.11.3`, `cherry-pick continue`, `cherry-pick skip`. */
function readPick(args: AppArguments): ParsedCommand<'cherry-pick'> {
  const [first, ...following] = args.words
  const step = stepOf(first)
  const words = step === 'start' ? args.words : following
  const picks: string[] = []
  let onto = valueOf(args, 'onto')
  for (const { keyword, token } of words) {
    const word = pickWord(token)
    if (word !== null && keyword === null && isPick(word)) picks.push(word)
    else if (word !== null && onto === null) onto = word
    else return problem({ kind: 'unexpected', text: token.text, verb: args.verb })
  }
  const [extra] = step === 'start' ? args.quoted : [...args.quoted, ...picks]
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const app = args.app.name
  const release = releaseRef(onto, args.context)
  const override = valueOf(args, 'override')
  if (step !== 'start' || picks.length > 0)
    return orderFor({ kind: 'cherry-pick', app, release, picks, step, override, confirmed: null })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'cherry-pick', app, given: prefill({ release: onto, override }), target })
}

function stepOf(word: Word | undefined): Step {
  const text = word?.token.text.toLowerCase()
  return text === 'continue' || text === 'skip' ? text : 'start'
}

function nextStep(target: ButtonTarget, step: Step): DraftOf<'cherry-pick'> | null {
  const release = releaseOfButton(target)
  if (release === null) return null
  return { kind: 'cherry-pick', app: target.app, release, picks: [], step, override: null, confirmed: null }
}

const pickWords = ({ app, picks, step, override }: DraftOf<'cherry-pick'>): Words =>
  step === 'start'
    ? ['cherry-pick', ...picks, '--app', app, flag('override', override)]
    : ['cherry-pick', step, '--app', app]

const sides = (merges: PickedMerges): string =>
  listed(
    merges.named.map(
      ({ commit, against }) => `${code(shortCommit(commit))} against ${code(shortCommit(against))}`,
    ),
    MOST_NAMED,
    merges.total,
  )

/** S5.7, S5.8. Without a release, it means the newest cut. The answer comes once git has picked or failed. */
async function handlePick(handling: Handling<IntentOf<'cherry-pick'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cherry-pick', { app, environment: null })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  const found = await releaseOf(handling, app.name, intent.release ?? { kind: 'named', text: 'latest' })
  const { id, state } = await releaseView(handling, found.releaseId)
  // The workflow of an ended release may be gone; it would answer the same.
  if (state !== 'open') return refuse({ code: 'release-ended', state })
  const { picks, step, override, deploymentId, confirmed } = intent
  const order = { picks, step, override, deploymentId, confirmed, by }
  return askRelease(handling, { app: app.name, release: id }, { verb: 'pick', order })
}
