/** `cherry-pick`: adds commits to a release that is already cut. */

import { type CommitSha, shortCommit } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { type DraftOf, form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import type { Word } from '../commands/read-keywords.js'
import { namesCommit, releaseRef, releaseWord } from '../commands/release-words.js'
import { appFlags, overrideFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { type ButtonTarget, releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { opensForm, orders } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, releaseName, type Words } from './common/command-words.js'
import {
  releaseOf as chosenRelease,
  type FormSpec,
  ordered,
  releaseField,
  versionChoice,
  wrong,
} from './common/form-spec.js'
import { appKey, releaseKey } from './common/workflow-keys.js'

type Step = IntentOf<'cherry-pick'>['step']

/** Commits or pull requests onto a release that is cut. */
const pickForm: FormSpec = {
  title: 'Cherry-pick',
  submit: 'Pick',
  fields: (subject) => [
    ...releaseField(subject, 'Onto'),
    {
      name: 'picks',
      kind: 'text',
      label: 'Commits or pull requests',
      required: true,
      hint: 'At least 7 characters of each commit, or #123; apart by spaces or lines.',
      placeholder: '9f3c1ab #4812',
      most: 1_000,
    },
    {
      name: 'override',
      kind: 'text',
      label: 'Override',
      required: false,
      hint: 'Why commits may be picked that are not on trunk. Left empty: no rule is set aside.',
      most: 1_000,
    },
  ],
  read: (answers, { request, app }) => {
    const picks = readPicks(answers('picks') ?? '')
    if (picks === null) return wrong({ picks: 'Write commits like 9f3c1ab or pull requests like #4812.' })
    const release = chosenRelease(answers, request)
    return ordered({
      kind: 'cherry-pick',
      app: app.name,
      release,
      picks,
      step: 'start',
      override: answers('override'),
    })
  },
  choices: versionChoice,
}

export const cherryPick = command('cherry-pick', {
  usage: {
    does: 'adds commits to a release that is cut',
    examples: [
      'cherry-pick 9f3c1ab #4812 onto 2026.11.3 --override "reason"',
      'cherry-pick continue',
      'cherry-pick skip',
    ],
  },
  syntax: syntax(['onto', 'of', 'on', 'to', 'in'], { ...appFlags, ...overrideFlags, onto: 'value' }),
  read: readPick,
  forms: { 'cherry-pick': pickForm },
  buttons: {
    'cherry-pick': opensForm('cherry-pick'),
    'cherry-pick-continue': orders((target) => nextStep(target, 'continue')),
    'cherry-pick-skip': orders((target) => nextStep(target, 'skip')),
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
    picked: ({ candidate, picked, contained }) =>
      `${marks.picked} Picked ${commits(picked)}: ${code(candidate, 60)} is built now. The candidates before it stay; nothing of theirs carries over.${contained.length === 0 ? '' : ` Already contained: ${commits(contained)}.`}`,
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
    const word = releaseWord(token)
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
    return orderFor({ kind: 'cherry-pick', app, release, picks, step, override })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'cherry-pick', app, given: prefill({ release: onto, override }), target })
}

function stepOf(word: Word | undefined): Step {
  const text = word?.token.text.toLowerCase()
  return text === 'continue' || text === 'skip' ? text : 'start'
}

const isPick = (word: string): boolean => word.startsWith('#') || namesCommit(word)

/** Commits and pull requests, separated by spaces, commas or lines; null when one is neither. */
function readPicks(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const picks = words.flatMap((word) => {
    const pick = releaseWord({ kind: 'word', text: word, value: null, start: 0, end: word.length })
    return pick !== null && isPick(pick) ? [pick] : []
  })
  return picks.length === words.length && picks.length > 0 ? picks : null
}

function nextStep(target: ButtonTarget, step: Step): DraftOf<'cherry-pick'> | null {
  const release = releaseOfButton(target)
  return release && { kind: 'cherry-pick', app: target.app, release, picks: [], step, override: null }
}

const pickWords = ({ app, picks, step, override }: DraftOf<'cherry-pick'>): Words =>
  step === 'start'
    ? ['cherry-pick', ...picks, '--app', app, flag('override', override)]
    : ['cherry-pick', step, '--app', app]

const commits = (list: readonly CommitSha[]): string =>
  list
    .slice(0, 5)
    .map((commit) => code(shortCommit(commit)))
    .join(', ')

/** S5.7, S5.8. Without a release it is the newest cut. The answer comes once git has picked, or could not. */
async function handlePick(handling: Handling<IntentOf<'cherry-pick'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cherry-pick', { app, environment: null })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  const found = await releaseOf(handling, app.name, intent.release ?? { kind: 'named', text: 'latest' })
  const { id, state } = await releaseView(handling, found.releaseId)
  // The workflow of a release that has ended may be gone; it would say the same.
  if (state !== 'open') return refuse({ code: 'release-ended', state })
  const { picks, step, override, deploymentId } = intent
  const order = { picks, step, override, deploymentId, by }
  return askRelease(handling, { app: app.name, release: id }, { verb: 'pick', order })
}
