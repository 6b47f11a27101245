import type { PushSubject } from '../../../domain/events.js'
import { unreachable } from '../../../domain/exhaustive.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { PushWait } from '../../../domain/reasons.js'
import { marks } from '../marks.js'
import type { Markup } from '../markup.js'
import { failureWords } from '../words/failure-words.js'
import { holdReason } from '../words/gate-words.js'
import type { EventTexts, KindsOf } from './event-text.js'

/** Events of pushes. */
export const pushEvents: EventTexts<KindsOf<'push'>> = {
  'push.noted': {
    mark: marks.taken,
    says: ({ branch, commit }, { m }) => `${m.text(branch)} stands at ${m.code(shortCommit(commit))}.`,
  },
  'push.skipped': {
    mark: marks.skipped,
    says: (push, { m }) => `${pushed(push, m)} and asks not to be deployed.`,
  },
  'push.taken': {
    mark: marks.taken,
    says: (push, { m }) => `${pushed(push, m)} and is being built.`,
  },
  'push.built': {
    mark: marks.good,
    says: ({ commit }, { m }) => `${m.code(shortCommit(commit))} is built.`,
  },
  'push.build_failed': {
    mark: marks.failed,
    says: ({ commit, branch, failure }, { m }) =>
      `The build of ${m.code(shortCommit(commit))} on ${m.text(branch, 80)} failed: ${failureWords(failure, m)}. Nothing was deployed.`,
  },
  'push.untouched': {
    mark: marks.skipped,
    says: ({ commit, branch }, { m }) =>
      `${m.code(shortCommit(commit))} on ${m.text(branch, 80)} touches nothing of the app; nothing was started.`,
  },
  'push.not_retried': {
    mark: marks.refused,
    says: ({ commit }, { m }) =>
      `${m.code(shortCommit(commit))} failed before and is not tried again by itself; push a fix.`,
  },
  'push.not_cut': {
    mark: marks.refused,
    says: ({ commit, code }, { m }) => `${m.code(shortCommit(commit))} did not become a release: ${code}.`,
  },
  'push.unread': {
    mark: marks.refused,
    says: ({ commit, branch, refused, detail }, { m }) => {
      const why = refused
        ? 'the repository refuses to be read; give Slipway access to it again'
        : 'the repository cannot be read'
      return `${m.code(shortCommit(commit))} on ${m.text(branch, 80)} is not deployed yet: ${why}. It is tried again every five minutes, and with the next push. ${m.text(detail, 250)}`
    },
  },
  'push.waits': {
    mark: marks.queued,
    says: ({ name, behind }, { m, environment }) =>
      `${name} waits for ${environment}: ${waitWords(behind, m)}.`,
  },
  'push.not_redeployed': {
    mark: marks.refused,
    says: ({ name }, { environment }) =>
      `${name} failed in ${environment} before and is not tried again by itself; retry it or push a fix.`,
  },
}

const pushed = ({ commit, branch }: PushSubject, m: Markup): string =>
  `${m.code(shortCommit(commit))} was pushed to ${m.text(branch, 80)}`

function waitWords(behind: PushWait, m: Markup): string {
  switch (behind.kind) {
    case 'acceptance':
      return `${m.text(behind.name, 80)} awaits its decision there`
    case 'hold':
      return `automation is paused there (${holdReason(behind, m)})`
    case 'lock':
      return `it is locked (${m.text(behind.reason)})`
    case 'freeze':
      return `promotion is frozen (${m.text(behind.reason)})`
    case 'window':
      return `it is closed (${m.text(behind.reason)})`
    case 'lost-host':
      return `host ${m.code(behind.reason, 80)} fell silent there, and its command may still run`
    default:
      return unreachable(behind)
  }
}
