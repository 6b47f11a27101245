/** What a person is told when an order was carried out; a code without a text does not compile. */
import { type CommitSha, shortCommit } from '../../domain/identifiers.js'
import type { EnvironmentTask, Gate } from '../../domain/reasons.js'
import type { Done, DoneCode, DoneFacts } from '../../domain/refusal.js'
import { section } from './blocks.js'
import { code, date, mention, outside } from './escape.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { copyable, listed } from './refusals/refusal-words.js'
import { taskWords } from './words/environment-words.js'
import { stepWords } from './words/failure-words.js'
import { gateWords } from './words/gate-words.js'

type DoneTexts = { readonly [Code in DoneCode]: (facts: DoneFacts[Code], command: string) => string }

const texts: DoneTexts = {
  cut: ({ candidate, commit, environment }) =>
    `${marks.cut} Cut ${code(candidate, 60)} from commit ${code(commit, 64)}. ${environment === null ? 'It is built now.' : `It is built now and then deployed to ${environment}.`} Its card is in the channel.`,
  drafted: ({ title }, command) =>
    `${marks.drafted} Drafted “${outside(title, 150)}”. Cut it when it is time: ${copyable(`${command} cut`)}`,
  edited: ({ title }) => `${marks.drafted} Changed the draft “${outside(title, 150)}”.`,
  prepared: ({ candidate, environment, needs, roles, conditions }) =>
    `${marks.needsApproval} Prepared ${code(candidate, 60)} for ${environment}. ${needs === 0 ? 'It is deployed as soon as its conditions are met.' : `It needs ${needs} ${needs === 1 ? 'approval' : 'approvals'} from ${listed(roles)}; the card asks for them.`}${waitsFor(conditions)}`,
  queued: ({ candidate, environment }) =>
    `${marks.queued} Queued ${code(candidate, 60)} for ${environment}; the card shows how it goes.`,
  approved: ({ candidate, environment, have, need, conditions }) =>
    `${marks.good} Approved ${code(candidate, 60)} for ${environment}: ${have} of ${need}. ${have < need ? 'It waits for the others.' : conditions.length === 0 ? 'It is deployed now.' : ''}${waitsFor(conditions)}`,
  accepted: ({ candidate, environment, next }, command) =>
    next.length === 0
      ? `${marks.good} Accepted ${code(candidate, 60)} on ${environment}.`
      : `${marks.good} Accepted ${code(candidate, 60)} on ${environment}. Next: ${copyable(`${command} promote ${candidate} to ${next[0]}`)}`,
  rejected: ({ candidate, environment }) =>
    `${marks.rejected} Rejected ${code(candidate, 60)} for ${environment}; it goes no further.`,
  'rolling-back': ({ environment, to }) =>
    `${marks.rolledBack} Rolling ${environment} back to ${code(to, 60)}; nothing is built.`,
  retrying: ({ environment, stage }) => `${marks.repeated} Retrying ${stepWords(stage)} in ${environment}.`,
  skipping: ({ environment, stage }) => `${marks.skipped} Skipping ${stepWords(stage)} in ${environment}.`,
  aborting: ({ environment, what }) => `${marks.aborted} Aborting ${outside(what, 100)} in ${environment}.`,
  deleted: ({ version }) => `${marks.gone} Deleted ${code(version, 40)}; its version stays taken.`,
  abandoned: ({ version }) => `${marks.abandoned} Abandoned ${code(version, 40)}.`,
  picking: ({ candidate }) =>
    `${marks.picked} Picking; when it applies cleanly it becomes ${code(candidate, 60)}.`,
  picked: ({ candidate, picked, contained }) =>
    `${marks.picked} Picked ${commits(picked)}: ${code(candidate, 60)} is built now. The candidates before it stay; nothing of theirs carries over.${contained.length === 0 ? '' : ` Already contained: ${commits(contained)}.`}`,
  'pick-ended': ({ commit, candidate }) =>
    `${marks.skipped} Skipped ${code(shortCommit(commit))}; nothing else was to be picked, so ${code(candidate, 60)} stays the newest candidate.`,
  locked: ({ environment, until, takenFrom }) =>
    `${marks.locked} Locked ${environment}${until === null ? '' : ` until ${date(until)}`}.${takenFrom === null ? '' : ` Taken over from ${mention(takenFrom)}, who is told.`}`,
  unlocked: ({ environment }) => `${marks.unlocked} Unlocked ${environment}.`,
  held: ({ environment }, command) =>
    `${marks.held} ${environment} is on hold: nothing goes there by itself. Lift it: ${copyable(`${command} resume ${environment}`)}`,
  resumed: ({ environment }) => `${marks.resumed} ${environment} goes on by itself again.`,
  frozen: ({ until }, command) =>
    `${marks.frozen} Frozen until ${date(until)}. End it earlier: ${copyable(`${command} thaw`)}`,
  thawed: () => `${marks.thawed} The freeze is over.`,
  ticked: ({ item, done }) =>
    done
      ? `${marks.ticked} Ticked “${outside(item, 100)}”.`
      : `${marks.open} Unticked “${outside(item, 100)}”.`,
  environment: ({ environment, task }) =>
    `${taskMarks[task.kind]} ${environment}: ${taskWords(task, mrkdwn)}.`,
  extended: ({ environment, until, left }) =>
    `${marks.expires} ${environment} now lives until ${date(until)}; ${left} ${left === 1 ? 'extension' : 'extensions'} left.`,
  muted: ({ level }, command) =>
    level === 'none'
      ? `${marks.muted} I no longer tell you when your changes reach an environment. Undo: ${copyable(`${command} watch`)}`
      : `${marks.told} I tell you when your changes reach an environment.`,
  'push-taken': ({ commit }) => `${marks.taken} Took commit ${code(commit, 64)}.`,
  joined: () =>
    `${marks.repeated} You already asked for exactly this; both orders are one, and its answer follows.`,
}

const taskMarks: Readonly<Record<EnvironmentTask['kind'], string>> = {
  'set-up-again': marks.settingUp,
  'patched-again': marks.running,
  'newest-build': marks.building,
  preview: marks.follows,
  'torn-down': marks.tearingDown,
  kept: marks.permanent,
  'same-host': marks.queued,
  'other-host': marks.repeated,
}

/** What else keeps a deployment from starting; nothing when nothing does. */
const waitsFor = (conditions: readonly Gate[]): string =>
  conditions.length === 0
    ? ''
    : ` It also waits for ${conditions.map((gate) => gateWords(gate, mrkdwn)).join(', and for ')}.`

const commits = (list: readonly CommitSha[]): string =>
  list
    .slice(0, 5)
    .map((commit) => code(shortCommit(commit)))
    .join(', ')

/** The private answer to the person who gave the order. */
export function doneMessage(done: Done, command: string): Message {
  const text = wordsOf(done.code, done, command)
  return { text, blocks: [section(text)] }
}

/** Joins a code with its own facts, as {@link Done} guarantees. */
function wordsOf<Code extends DoneCode>(of: Code, facts: DoneFacts[Code], command: string): string {
  const text: DoneTexts[Code] = texts[of]
  return text(facts, command)
}
