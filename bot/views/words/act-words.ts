/** What a verb does, to follow "I did not" and "Refused to". */
import type { ProtectedVerb } from '../../../domain/verbs.js'
import { outside } from '../escape.js'

const acts: Readonly<Record<ProtectedVerb, string>> = {
  cut: 'cut a release',
  draft: 'draft a release',
  edit: 'edit the release',
  promote: 'promote it',
  approve: 'approve it',
  accept: 'accept it',
  reject: 'reject it',
  rollback: 'roll back',
  retry: 'retry it',
  skip: 'skip the stage',
  abort: 'abort it',
  'cherry-pick': 'pick anything',
  pause: 'pause automation',
  resume: 'resume automation',
  tag: 'push the tag',
  'on-trunk': 'look on trunk',
  build: 'have the pull request built',
  delete: 'delete the release',
  lock: 'lock the environment',
  unlock: 'unlock the environment',
  freeze: 'freeze promotions',
  thaw: 'thaw promotions',
  env: 'change the environment',
  checklist: 'change the checklist',
  override: 'override the rule',
  teardown: 'tear down a permanent environment',
}

const isAct = (verb: string): verb is ProtectedVerb => Object.hasOwn(acts, verb)

/** `change the environment`. An unknown verb is treated as outside text. */
export const actWords = (verb: string): string => (isAct(verb) ? acts[verb] : outside(verb, 40))
