import { shortCommit } from '../../../domain/identifiers.js'
import { marks } from '../marks.js'
import { failureWords } from '../words/failure-words.js'
import type { EventTexts, KindsOf } from './event-text.js'

/** Events of pull requests before they are merged. */
export const pullEvents: EventTexts<KindsOf<'pull'>> = {
  'pull.waits': {
    mark: marks.needsApproval,
    says: ({ number, commit, fork }, { m }) =>
      `Pull request #${number} comes from ${m.text(fork, 80)}, a fork: ${m.code(shortCommit(commit))} is built, with the secrets of the build, once somebody who may says so.`,
  },
  'pull.allowed': {
    mark: marks.building,
    says: ({ number, commit }, { m }) =>
      `${m.code(shortCommit(commit))} of pull request #${number} may be built.`,
  },
  'pull.build_failed': {
    mark: marks.failed,
    says: ({ number, commit, failure }, { m }) =>
      `The build of ${m.code(shortCommit(commit))} of pull request #${number} failed: ${failureWords(failure, m)}.`,
  },
}
