import { sayDuration } from '../../../domain/durations.js'
import type { QueuedHow } from '../../../domain/events.js'
import { unreachable } from '../../../domain/exhaustive.js'
import { SLIPWAY, type UserId } from '../../../domain/identifiers.js'
import type { AbortCause, Opened } from '../../../domain/reasons.js'
import { marks } from '../marks.js'
import type { Markup } from '../markup.js'
import { abortWords, failedWord, failureWords, stepWords } from '../words/failure-words.js'
import { checksWords, closureWords, ruleWords } from '../words/gate-words.js'
import type { EventTexts, KindsOf } from './event-text.js'

/** Deployments and the gates in front of them. */
export const deploymentEvents: EventTexts<
  KindsOf<'deployment'> | KindsOf<'gate'> | KindsOf<'freeze'> | KindsOf<'checklist'> | KindsOf<'checks'>
> = {
  'checklist.ticked': {
    mark: marks.ticked,
    says: ({ item, name }, { m }) => `“${m.text(item)}” was ticked for ${name}.`,
  },
  'checklist.unticked': {
    mark: marks.open,
    says: ({ item, name }, { m }) => `“${m.text(item)}” was unticked for ${name}.`,
  },
  'checks.passed': {
    mark: marks.good,
    says: ({ name }, { environment }) => `The required checks of ${name} are green for ${environment}.`,
  },
  'checks.waits': {
    mark: marks.checks,
    says: ({ name, reading }, { m, environment }) =>
      `${name} waits for its checks before ${environment}: ${checksWords(reading, m)}.`,
  },
  'gate.overridden': {
    mark: marks.overridden,
    says: ({ name, rule, reason }, { m, environment }) => {
      const of = name === null ? 'A rule' : `A gate of ${environment} for ${name}`
      return `${of} was overridden: ${ruleWords(rule, m)}. Reason: ${m.text(reason, 300)}`
    },
  },
  'freeze.passed': {
    mark: marks.overridden,
    says: ({ name, freeze }, { m, environment }) =>
      `${name} passes the freeze of ${environment}, as the policy of its type allows; it is ${closureWords(freeze, m)}.`,
  },
  'deployment.prepared': {
    mark: ({ needs }) => (needs > 0 ? marks.needsApproval : marks.queued),
    says: ({ name, needs, again }, { m, environment }) =>
      `${name} is prepared for ${environment}${again === null ? '' : ' again'}${needs > 0 ? ` and needs ${needs} ${needs === 1 ? 'approval' : 'approvals'}` : ''}${again === null ? '' : `: ${m.text(again, 300)}`}.`,
  },
  'deployment.approved': {
    mark: marks.good,
    says: ({ name, have, need, comment }, { m, environment }) =>
      `${name} was approved for ${environment} (${have} of ${need})${commentWords(comment, m)}.`,
  },
  'deployment.approval_lapsed': {
    mark: marks.needsApproval,
    says: ({ name, person }, { m, environment }) =>
      `The approval of ${name} for ${environment} by ${m.person(person)} counts no longer: they may not approve it any more.`,
  },
  'deployment.queued': {
    mark: ({ how }) => queuedMarks[how.kind],
    says: ({ name, how }, { m, environment }) => queuedWords(how, { name, environment, m }),
  },
  'deployment.waits': {
    mark: marks.queued,
    says: ({ name, place, inMs, closure }, { m, environment }) => {
      const line = `${name} is number ${place} in line for ${environment}`
      if (closure !== null) return `${line}; ${environment} is ${closureWords(closure, m)}`
      return `${line}${inMs === null ? '' : `, its turn comes in about ${sayDuration(inMs)}`}.`
    },
  },
  'deployment.unblocked': {
    mark: marks.unlocked,
    says: ({ name, opened }, { environment }) =>
      `${openedWords(opened, environment)} ${name} goes on in its turn.`,
  },
  'deployment.failed': {
    mark: marks.failed,
    says: ({ name, failure }, { m, environment }) =>
      `${name} ${failedWord(failure)} in ${environment}: ${failureWords(failure, m)}.`,
  },
  'deployment.completed': {
    mark: marks.running,
    says: ({ name }, { environment }) => `${name} runs in ${environment}.`,
  },
  'deployment.awaiting_acceptance': {
    mark: marks.awaitsAcceptance,
    says: ({ name }, { environment }) => `${name} runs in ${environment} and waits for acceptance.`,
  },
  'deployment.accepted': {
    mark: ({ by }) => (by === 'rollback' ? marks.rolledBack : marks.good),
    says: ({ name, by, comment, requester, tookMs }, { m, environment }) => {
      switch (by) {
        case 'person':
          return `${name} was accepted in ${environment}${commentWords(comment, m)}.`
        case 'check':
          return `${name} runs in ${environment}; its passing check accepted it.`
        case 'rollback':
          return `${environment} is back on ${name}${tookWords({ requester, tookMs }, m)}.`
        case 'rebuild':
          return `${environment} was set up again with ${name}.`
        case 'redeploy':
          return `${environment} was patched again with ${name}.`
        default:
          return unreachable(by)
      }
    },
  },
  'deployment.rejected': {
    mark: marks.rejected,
    says: ({ name, gate, comment }, { m, environment }) =>
      `${name} was ${gate === 'approval' ? 'not approved for' : 'rejected in'} ${environment}${commentWords(comment, m)}.`,
  },
  'deployment.superseded': {
    mark: marks.superseded,
    says: ({ name, why, by }, { m, environment }) => {
      const newer = m.text(by ?? 'something newer', 80)
      switch (why) {
        case 'newer-push':
          return `${name} was overtaken by the newer push ${newer} in ${environment}.`
        case 'newest':
          return `${name} left the line for ${environment}: ${newer} is newer.`
        case 'replaced':
          return `${name} in ${environment} was replaced by ${newer}.`
        case 'torn-down':
          return `${name} in ${environment} was not accepted before ${environment} was torn down.`
        default:
          return unreachable(why)
      }
    },
  },
  'deployment.image_unchecked': {
    mark: marks.overridden,
    says: ({ name, image, words, because }, { m, environment }) =>
      `${name} goes to ${environment} although nobody could say whether its image is what was built: ${m.text(words, 200)} (${m.text(image, 300)}). ${
        because === 'rollback' ? 'A roll back does not wait for a registry.' : 'Its override passes that.'
      }`,
  },
  'deployment.adopted': {
    mark: marks.repeated,
    says: ({ name, from, to }, { m, environment }) =>
      `${name} in ${environment} began under Slipway ${m.text(from, 100)}, which no worker runs any more; Slipway ${m.text(to, 100)} goes on with it.`,
  },
  'deployment.aborted': {
    mark: marks.aborted,
    says: ({ name, cause }, { environment }) => abortedSentence(name, environment, cause),
  },
}

/** How long a rollback took, and who requested it. */
export function tookWords(
  { requester, tookMs }: { readonly requester: UserId; readonly tookMs: number | null },
  m: Markup,
): string {
  if (tookMs === null) return ''
  const after = `, ${sayDuration(tookMs)} after`
  return requester === SLIPWAY
    ? `${after} it began to roll back by itself`
    : `${after} ${m.person(requester)} rolled back`
}

const commentWords = (comment: string | null, m: Markup): string =>
  comment === null || comment.trim() === '' ? '' : `: “${m.text(comment, 300)}”`

const queuedMarks: Readonly<Record<QueuedHow['kind'], string>> = {
  asked: marks.queued,
  retried: marks.repeated,
  skipped: marks.skipped,
  'set-up-again': marks.settingUp,
  'same-host': marks.queued,
  'other-host': marks.repeated,
}

function queuedWords(
  how: QueuedHow,
  { name, environment, m }: { readonly name: string; readonly environment: string; readonly m: Markup },
): string {
  switch (how.kind) {
    case 'asked':
      return `${name} waits in line for ${environment}.`
    case 'retried':
      return `Retried ${stepWords(how.stage)} of ${name} in ${environment}.`
    case 'skipped':
      return `Skipped ${stepWords(how.stage)} of ${name} in ${environment}.`
    case 'set-up-again':
      return `${environment} is set up again with ${name}.`
    case 'same-host':
      return `${name} in ${environment} waits for host ${m.text(how.host, 60)}.`
    case 'other-host':
      return `${name} in ${environment} runs on another host.`
    default:
      return unreachable(how)
  }
}

/** What opened an environment: `The lock of staging ended.` */
export function openedWords({ what, byPerson }: Opened, environment: string): string {
  if (!byPerson) return `The ${what.join(' and the ')} of ${environment} ended.`
  return what.includes('lock') ? `${environment} was unlocked.` : `The freeze of ${environment} is over.`
}

function abortedSentence(name: string, environment: string, cause: AbortCause): string {
  switch (cause.kind) {
    case 'waiting':
    case 'running':
    case 'failed':
      return `The deployment of ${name} to ${environment} was aborted.`
    case 'rejected':
      return `${name} is not deployed to ${environment} any more: ${abortWords(cause)}.`
    case 'setup-required':
      return `${name} was not deployed to ${environment}: ${abortWords(cause)}.`
    case 'torn-down':
      return `The deployment of ${name} to ${environment} ended: ${environment} is torn down.`
    case 'line-full':
      return `${name} was not put in line for ${environment}: ${abortWords(cause)}.`
    case 'release-deleted':
    case 'not-in-line':
    case 'not-approved':
    case 'unknown':
      return `The deployment of ${name} to ${environment} ended: ${abortWords(cause)}.`
    default:
      return unreachable(cause)
  }
}
