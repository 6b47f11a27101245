import { shortCommit } from '../../../domain/identifiers.js'
import { code, date, mention, mentions, outside } from '../escape.js'
import { actWords } from '../words/act-words.js'
import { copyable, listed, type RefusalTexts } from './refusal-words.js'

/** Refusals about who may not do something, and who may. */
export const whoTexts: RefusalTexts<
  | 'not-permitted'
  | 'not-a-member'
  | 'forged-order'
  | 'lookup-failed'
  | 'four-eyes'
  | 'sole-author'
  | 'author-unknown'
  | 'already-approved'
  | 'approval-not-needed'
  | 'item-role'
> = {
  'not-permitted': ({ verb, roles, people, unknownGroups = [], emptyGroups = [] }) => ({
    didNot: actWords(verb),
    because:
      roles.length === 0
        ? 'Nobody may do this: the configuration gives it to no role.'
        : [
            `This needs the role ${listed(roles)}, which you don't hold.`,
            ...groupWords(unknownGroups, emptyGroups),
          ].join(' '),
    next:
      people.length > 0
        ? `Ask ${mentions(people.slice(0, 6))}.`
        : unknownGroups.length + emptyGroups.length > 0
          ? 'Ask who keeps `slipway.yaml` or the group to set that right.'
          : 'Ask who keeps `slipway.yaml`.',
  }),
  'not-a-member': ({ verb }) => ({
    didNot: actWords(verb),
    because: 'Only full members of this workspace may; guests and bots may not.',
    next: 'Ask a full member of the team to do it.',
  }),
  'forged-order': ({ verb }) => ({
    didNot: outside(verb, 40),
    because: 'This order did not come through Slipway, or it was answered before.',
    next: 'Give it again in Slack.',
  }),
  'lookup-failed': ({ what }) => ({
    didNot: 'do anything',
    because: `I could not look up ${outside(what, 100)}, and without that nobody is allowed.`,
    next: 'Try again in a minute.',
  }),
  'four-eyes': ({ people }) => ({
    didNot: 'count your approval',
    because: 'You requested this deployment yourself, and four eyes are asked for.',
    next: people.length === 0 ? 'Ask somebody else who may approve.' : `Ask ${mentions(people.slice(0, 6))}.`,
  }),
  'sole-author': ({ people }) => ({
    didNot: 'count your approval',
    because: 'You are the only author of everything that would ship.',
    next: people.length === 0 ? 'Ask somebody else who may approve.' : `Ask ${mentions(people.slice(0, 6))}.`,
  }),
  'author-unknown': ({ commit, address, people }) => ({
    didNot: 'count your approval',
    because:
      commit === null || address === null
        ? `It may be that you wrote everything that would ship: nobody who is known answers for ${commit === null ? 'its commits' : code(shortCommit(commit))}.`
        : `It may be that you wrote everything that would ship: I do not know whose address ${address === '' ? '(none)' : code(address, 100)} in ${code(shortCommit(commit))} is.`,
    next: `Whoever keeps \`slipway.yaml\` says under \`identities\` ${commit !== null && address === null ? 'who answers for the program that wrote it, and no longer names it under `agents`' : 'whose it is'}; then approve again.${people.length === 0 ? '' : ` Or ask ${mentions(people.slice(0, 6))}.`}`,
  }),
  'already-approved': ({ by, at }) => ({
    didNot: 'count it twice',
    because: `${mention(by)} already approved this, ${date(at)}.`,
    next: 'Somebody else has to give the next approval.',
  }),
  'approval-not-needed': ({ roles }) => ({
    didNot: 'count your approval',
    because: 'The rules that you can approve by have all the approvals they need.',
    next: `What is missing is the approval of ${listed(roles)}.`,
  }),
  'item-role': ({ item, role }, { command }) => ({
    didNot: `tick “${outside(item, 80)}”`,
    because: `That item is for the role ${outside(role, 40)}, which you don't hold.`,
    next: `See who has to: ${copyable(`${command} checklist`)}`,
  }),
}

/** A group that was renamed, deleted or emptied may leave its role without people. */
function groupWords(unknown: readonly string[], empty: readonly string[]): readonly string[] {
  const named = (groups: readonly string[]): string => groups.map((group) => code(group, 40)).join(', ')
  return [
    ...(unknown.length === 0 ? [] : [`Slack has no user group ${named(unknown)}, which the role names.`]),
    ...(empty.length === 0 ? [] : [`Nobody is in the user group ${named(empty)}.`]),
  ]
}
