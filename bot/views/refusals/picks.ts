import { shortCommit } from '../../../domain/identifiers.js'
import { code, date, mention, outside } from '../escape.js'
import { mrkdwn } from '../markup.js'
import { pullWords } from '../words/environment-words.js'
import { copyable, type RefusalTexts } from './refusal-words.js'

const PICK = 'pick anything'

/** Refusals about cherry-picks onto a release. */
export const pickTexts: RefusalTexts<
  | 'unknown-pull-request'
  | 'already-contained'
  | 'fix-not-picked'
  | 'pick-under-way'
  | 'pick-in-conflict'
  | 'pick-conflict'
  | 'no-conflict'
  | 'not-resolved'
  | 'branch-moved'
  | 'branch-blocked'
  | 'pick-unconfirmed'
  | 'pull-request-unclear'
  | 'empty-range'
  | 'too-many-picks'
  | 'merge-of-trunk'
> = {
  'unknown-pull-request': ({ text, problem }) => ({
    didNot: PICK,
    because: `${code(text, 20)}: ${pullWords(problem, mrkdwn)}.`,
    next: 'Name the commit that brought it to the trunk, at least 7 characters of it.',
  }),
  'already-contained': ({ commits, candidate }) => ({
    didNot: 'make a candidate',
    because: `Already contained: ${commits
      .slice(0, 5)
      .map((commit) => code(shortCommit(commit)))
      .join(', ')} would change nothing in ${code(candidate, 60)}.`,
    next: 'Nothing needs to be done; or name another commit.',
  }),
  'fix-not-picked': ({ candidate, why }, { wordsOf }) => ({
    didNot: 'pick the fix',
    because: `${code(candidate, 60)} is cut without it. ${wordsOf(why).because}`,
    next: 'Pick the fix with *Cherry-pick…* on the card of this release, or abandon it: another `hotfix` would be another release.',
  }),
  'pick-under-way': ({ by, at }) => ({
    didNot: PICK,
    because: `A pick by ${mention(by)} is under way since ${date(at)}.`,
    next: 'Try again when it has ended; its outcome is in the thread.',
  }),
  'pick-in-conflict': ({ commit, branch }, { command }) => ({
    didNot: PICK,
    because: `The pick of ${code(shortCommit(commit))} is in conflict on ${code(branch, 60)} and comes first.`,
    next: `Resolve it there and go on with ${copyable(`${command} cherry-pick continue`)}, or leave it out with ${copyable(`${command} cherry-pick skip`)}.`,
  }),
  'pick-conflict': ({ commit, branch, sides }, { command }) => ({
    didNot: 'make a candidate',
    because: [
      `Picking ${code(shortCommit(commit))} onto ${code(branch, 60)} is in conflict:`,
      ...sides
        .slice(0, 5)
        .map(
          ({ file, ours, theirs }) =>
            `• ${code(file, 80)}, last changed here by ${outside(ours, 40)}, there by ${outside(theirs, 40)}`,
        ),
      ...(sides.length > 5 ? [`• …and ${sides.length - 5} more files`] : []),
    ].join('\n'),
    next: `Check out ${code(branch, 60)}, pick it by hand, push, and say ${copyable(`${command} cherry-pick continue`)}; or leave it out: ${copyable(`${command} cherry-pick skip`)}`,
  }),
  'branch-blocked': ({ branch, by }) => ({
    didNot: PICK,
    because: `The repository cannot have a branch ${code(branch, 60)}: its branch ${code(by, 60)} is in the way.`,
    next: 'Rename that branch, or set `pickBranch` of the app in slipway.yaml.',
  }),
  'pick-unconfirmed': ({ commit, branch, carried, commits, total }, { command }) => ({
    didNot: 'continue yet',
    because: [
      carried
        ? `Besides the resolution of ${code(shortCommit(commit))} there is more on ${code(branch, 60)} that would ship with it:`
        : `None of the new commits on ${code(branch, 60)} says that it is ${code(shortCommit(commit))} (\`cherry-pick -x\` does), so I cannot see that they resolve it:`,
      ...commits
        .slice(0, 5)
        .map(
          ({ sha, subject, author }) =>
            `• ${code(shortCommit(sha))} ${outside(subject, 80)} — ${outside(author, 40)}`,
        ),
      ...(total > 5 ? [`• …and ${total - Math.min(5, commits.length)} more`] : []),
    ].join('\n'),
    next: `Confirm that ${total === 1 ? 'it belongs' : 'they belong'} in the release, or take ${total === 1 ? 'it' : 'them'} off the branch and say ${copyable(`${command} cherry-pick continue`)}`,
  }),
  'pull-request-unclear': ({ text, found }, { command }) => ({
    didNot: PICK,
    because: `I cannot tell which commits of the trunk ${code(text, 20)} became; ${found.length === 1 ? 'one of them may be' : 'among them may be'} ${found
      .slice(0, 5)
      .map((commit) => code(shortCommit(commit)))
      .join(', ')}${found.length > 5 ? ` and ${found.length - 5} more` : ''}.`,
    next: `Name its commits, or the range: ${copyable(`${command} cherry-pick <before>..<last>`)}`,
  }),
  'empty-range': ({ range }) => ({
    didNot: PICK,
    because: `There is no commit in ${code(range, 60)}: the second has nothing that the first has not.`,
    next: 'Write the older one first; it is itself not picked.',
  }),
  'too-many-picks': ({ count, most }) => ({
    didNot: PICK,
    because: `That is ${count} commits, and one order takes ${most} at most.`,
    next: 'Pick them in parts, or cut a release that has them.',
  }),
  'merge-of-trunk': ({ commit, trunk, range }, { command }) => ({
    didNot: PICK,
    because: `${code(shortCommit(commit))} merges ${code(trunk, 60)} into somebody's own work: against its first parent it would bring in ${code(trunk, 60)} itself.`,
    next: `Name the commits of that work: ${copyable(`${command} cherry-pick ${range}`)}`,
  }),
  'no-conflict': ({ step }) => ({
    didNot: outside(step, 20),
    because: 'No pick of this release is in conflict.',
    next: 'Name the commits to pick.',
  }),
  'not-resolved': ({ commit, branch }, { command }) => ({
    didNot: 'continue',
    because: `Nothing new is on ${code(branch, 60)} since the conflict over ${code(shortCommit(commit))}.`,
    next: `Commit the resolution there and push it, or leave the commit out: ${copyable(`${command} cherry-pick skip`)}`,
  }),
  'branch-moved': ({ branch }) => ({
    didNot: PICK,
    because: `${code(branch, 60)} has commits that no candidate of this release has.`,
    next: 'Take them off the branch, or cut a release that has them.',
  }),
}
