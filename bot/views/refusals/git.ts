import { code, outside } from '../escape.js'
import { copyable, nearestOr, type RefusalTexts } from './refusal-words.js'

const CUT = 'cut it'

/** Refusals about commits, branches and other git data. */
export const gitTexts: RefusalTexts<
  | 'ref-invalid'
  | 'ref-not-found'
  | 'ref-ambiguous'
  | 'not-on-trunk'
  | 'tag-taken'
  | 'repository-unreachable'
  | 'repository-refused'
  | 'repository-cannot'
  | 'lacks-pick'
  | 'nothing-changed'
  | 'nothing-runs'
> = {
  'ref-invalid': ({ ref }) => ({
    didNot: 'do anything',
    because: `${code(ref, 80)} cannot be the name of a branch, tag or commit.`,
    next: 'Name a branch, a tag or a full commit.',
  }),
  'ref-not-found': ({ ref, nearest }) => ({
    didNot: 'do anything',
    because: `The repository has no branch, tag or commit ${code(ref, 80)}; I fetched it just now.`,
    next: nearestOr(nearest, 'Push it first, or name another one.'),
  }),
  'ref-ambiguous': ({ ref, meanings }) => ({
    didNot: 'do anything',
    because: `${code(ref, 80)} is the name of more than one thing in the repository.`,
    next: `Name the one that you mean: ${meanings.map((meaning) => code(meaning, 120)).join(' or ')}`,
  }),
  'not-on-trunk': ({ commit, trunk }) => ({
    didNot: 'do anything',
    because: `Commit ${code(commit, 64)} is not on ${code(trunk, 60)}.`,
    next: 'Merge it first, or say `--override "reason"`.',
  }),
  'tag-taken': ({ tag, commit }) => ({
    didNot: CUT,
    because: `The tag ${code(tag, 60)} already names commit ${code(commit, 64)}.`,
    next: 'Cut under another version, or leave the version out: the next free one is taken.',
  }),
  'repository-unreachable': ({ detail }) => ({
    didNot: 'do anything',
    because: `The repository does not answer: ${outside(detail, 200)}`,
    next: 'Try again when it does; nothing was started.',
  }),
  'repository-refused': ({ detail }) => ({
    didNot: 'do it',
    because: `The repository refused: ${outside(detail, 250)}`,
    next: 'Ask whoever keeps it to allow this (a protected branch, a rule, missing rights), then try again; nothing was started.',
  }),
  'repository-cannot': ({ detail }) => ({
    didNot: 'do it',
    because: `It cannot be done with this repository: ${outside(detail, 250)}`,
    next: 'Trying again does not help before that is changed; nothing was started.',
  }),
  'nothing-changed': ({ app, since }) => ({
    didNot: CUT,
    because: `Nothing of ${app} changed since ${code(since, 64)}.`,
    next: 'Cut when something did, or say `--override "reason"`.',
  }),
  'lacks-pick': ({ commit, version }) => ({
    didNot: CUT,
    because: `It lacks commit ${code(commit, 64)}, which was picked onto ${code(version, 40)} that is still live.`,
    next: 'Cut from a commit that has it, merging it into trunk first where it is not there (where it is there in another form, say so with `on-trunk`), or say `--override "reason"`.',
  }),
  'nothing-runs': ({ environment }, { command }) => ({
    didNot: CUT,
    because: `A hotfix is cut from what runs in ${environment}, and nothing runs there yet.`,
    next: `Cut from the trunk: ${copyable(`${command} cut "title"`)}`,
  }),
}
