/** What a person is told when an order was carried out; a code without a text does not compile. */
import { type CommitSha, shortCommit } from '../../domain/identifiers.js'
import type { PickedMerge } from '../../domain/ports.js'
import type { Done, DoneCode, DoneFacts } from '../../domain/refusal.js'
import { section } from './blocks.js'
import { code, date, mention, outside, withDates } from './escape.js'
import type { Message } from './message.js'
import { copyable, listed } from './refusals/refusal-words.js'

type DoneTexts = { readonly [Code in DoneCode]: (facts: DoneFacts[Code], command: string) => string }

const texts: DoneTexts = {
  cut: ({ candidate, commit, environment }) =>
    `🌱 Cut ${code(candidate, 60)} from commit ${code(commit, 64)}. ${environment === null ? 'It is built now.' : `It is built now and then deployed to ${environment}.`} Its card is in the channel.`,
  drafted: ({ title }, command) =>
    `📝 Drafted “${outside(title, 150)}”. Cut it when it is time: ${copyable(`${command} cut`)}`,
  edited: ({ title }) => `📝 Changed the draft “${outside(title, 150)}”.`,
  prepared: ({ candidate, environment, needs, roles, conditions }) =>
    `✋ Prepared ${code(candidate, 60)} for ${environment}. ${needs === 0 ? 'It is deployed as soon as its conditions are met.' : `It needs ${needs} ${needs === 1 ? 'approval' : 'approvals'} from ${listed(roles)}; the card asks for them.`}${waitsFor(conditions)}`,
  queued: ({ candidate, environment }) =>
    `🕒 Queued ${code(candidate, 60)} for ${environment}; the card shows how it goes.`,
  approved: ({ candidate, environment, have, need, conditions }) =>
    `✅ Approved ${code(candidate, 60)} for ${environment}: ${have} of ${need}. ${have < need ? 'It waits for the others.' : (conditions ?? []).length === 0 ? 'It is deployed now.' : ''}${waitsFor(conditions)}`,
  accepted: ({ candidate, environment, next }, command) =>
    next.length === 0
      ? `✅ Accepted ${code(candidate, 60)} on ${environment}.`
      : `✅ Accepted ${code(candidate, 60)} on ${environment}. Next: ${copyable(`${command} promote ${candidate} to ${next[0]}`)}`,
  rejected: ({ candidate, environment }) =>
    `🚫 Rejected ${code(candidate, 60)} for ${environment}; it goes no further.`,
  'rolling-back': ({ environment, to }) =>
    `↩️ Rolling ${environment} back to ${code(to, 60)}; nothing is built.`,
  retrying: ({ environment, stage }) => `🔁 Retrying ${outside(stage, 40)} in ${environment}.`,
  skipping: ({ environment, stage }) => `⏭️ Skipping ${outside(stage, 40)} in ${environment}.`,
  aborting: ({ environment, what }) => `⏹️ Aborting ${outside(what, 100)} in ${environment}.`,
  deleted: ({ version }) => `🗑️ Deleted ${code(version, 40)}; its version stays taken.`,
  abandoned: ({ version }) => `🗄️ Abandoned ${code(version, 40)}.`,
  picking: ({ candidate }) => `🍒 Picking; when it applies cleanly it becomes ${code(candidate, 60)}.`,
  picked: ({ candidate, picked, contained, merges, confirmed }) =>
    [
      `🍒 Picked ${commits(picked)}: ${code(candidate, 60)} is built now. The candidates before it stay; nothing of theirs carries over.`,
      ...(merges.length === 0
        ? []
        : [`Merges are taken as they changed their first parent: ${sides(merges)}.`]),
      ...(confirmed === 0
        ? []
        : [`With ${confirmed} ${confirmed === 1 ? 'commit' : 'commits'} that you confirmed.`]),
      ...(contained.length === 0 ? [] : [`Already contained: ${commits(contained)}.`]),
    ].join(' '),
  tagging: ({ tags }) => `🏷️ Pushing ${listed(tags)} again; the card shows what becomes of it.`,
  'pick-ended': ({ commit, candidate }) =>
    `⏭️ Skipped ${code(shortCommit(commit))}; nothing else was to be picked, so ${code(candidate, 60)} stays the newest candidate.`,
  locked: ({ environment, until, takenFrom }) =>
    `🔒 Locked ${environment}${until === null ? '' : ` until ${date(until)}`}.${takenFrom === null ? '' : ` Taken over from ${mention(takenFrom)}, who is told.`}`,
  unlocked: ({ environment }) => `🔓 Unlocked ${environment}.`,
  held: ({ environment }, command) =>
    `⏸️ ${environment} is on hold: nothing goes there by itself. Lift it: ${copyable(`${command} resume ${environment}`)}`,
  resumed: ({ environment }) => `▶️ ${environment} goes on by itself again.`,
  frozen: ({ until }, command) =>
    `❄️ Frozen until ${date(until)}. End it earlier: ${copyable(`${command} thaw`)}`,
  thawed: () => '☀️ The freeze is over.',
  ticked: ({ item, done }) =>
    done ? `☑ Ticked “${outside(item, 100)}”.` : `☐ Unticked “${outside(item, 100)}”.`,
  environment: ({ environment, doing }) => `🏗️ ${environment}: ${outside(doing, 150)}.`,
  extended: ({ environment, until, left }) =>
    `⏰ ${environment} now lives until ${date(until)}; ${left} ${left === 1 ? 'extension' : 'extensions'} left.`,
  muted: ({ level }, command) =>
    level === 'none'
      ? `🔕 I no longer tell you when your changes reach an environment. Undo: ${copyable(`${command} watch`)}`
      : '🔔 I tell you when your changes reach an environment.',
  'push-taken': ({ commit }) => `📥 Took commit ${code(commit, 64)}.`,
  joined: () => '🔁 You already asked for exactly this; both orders are one, and its answer follows.',
}

/** What else keeps a deployment from starting; nothing when nothing does. */
const waitsFor = (conditions: readonly string[] = []): string =>
  conditions.length === 0
    ? ''
    : ` It also waits for ${conditions.map((one) => withDates(outside(one, 150))).join(', and for ')}.`

const MOST_NAMED = 5

const counted = (names: readonly string[]): string =>
  names.length > MOST_NAMED
    ? `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`
    : names.join(', ')

const commits = (list: readonly CommitSha[]): string =>
  counted(list.map((commit) => code(shortCommit(commit))))

const sides = (merges: readonly PickedMerge[]): string =>
  counted(
    merges.map(({ commit, against }) => `${code(shortCommit(commit))} against ${code(shortCommit(against))}`),
  )

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
