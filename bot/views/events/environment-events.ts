import { sayDuration } from '../../../domain/durations.js'
import { SLIPWAY, shortCommit } from '../../../domain/identifiers.js'
import { marks } from '../marks.js'
import type { Markup } from '../markup.js'
import { differenceWords, driftWords, endWords, sourceWords } from '../words/environment-words.js'
import { failureWords, setupNeedWords, teardownWords } from '../words/failure-words.js'
import { openedWords, tookWords } from './deployment-events.js'
import type { EventTexts, KindsOf } from './event-text.js'

/** How a required setup will happen. */
const setupWays = {
  'next-deployment': 'The next deployment there sets it up first.',
  rebuild: 'Nothing is deployed there before somebody sets it up.',
  approval: 'Setting it up passes its approval.',
} as const

/** The lifecycle of environments, and what closes and opens them. */
export const environmentEvents: EventTexts<KindsOf<'environment'>> = {
  'environment.created': {
    mark: marks.follows,
    says: ({ source }, { m, environment }) => `${environment} is a preview of ${sourceWords(source, m)}.`,
  },
  'environment.ready': {
    mark: marks.good,
    says: ({ name, until }, { m, environment }) =>
      `${environment} is ready: ${m.text(name, 80)} runs there${untilWords(until, m)}.`,
  },
  'environment.pushed': {
    mark: marks.taken,
    says: ({ commit, branch }, { m, environment }) =>
      `${environment} gets ${m.code(shortCommit(commit))} of ${branch === null ? 'its commit' : m.text(branch, 80)}.`,
  },
  'environment.build_wanted': {
    mark: marks.building,
    says: ({ of }, { m, environment }) => `${environment} gets the newest build of ${m.text(of, 80)}.`,
  },
  'environment.build_failed': {
    mark: marks.failed,
    says: ({ commit, failure }, { m, environment }) => {
      const of = commit === null ? '' : ` of ${m.code(shortCommit(commit))}`
      return `${environment} was not touched: the build${of} failed: ${failureWords(failure, m)}.`
    },
  },
  'environment.expiring': {
    mark: marks.expires,
    says: ({ until }, { environment, at }) =>
      `${environment} is torn down in ${sayTime(at, until)} unless somebody extends or keeps it.`,
  },
  'environment.closing': {
    mark: marks.expires,
    says: ({ until, cause }, { m, environment, at }) =>
      `${environment} is torn down in ${sayTime(at, until)}, since ${endWords(cause, m)}, unless somebody keeps it.`,
  },
  'environment.extended': {
    mark: marks.expires,
    says: ({ until }, { m, environment }) => `${environment} was extended${untilWords(until, m)}.`,
  },
  'environment.kept': {
    mark: marks.permanent,
    says: ({ until }, { m, environment }) =>
      `${environment} was kept${until === null ? ' for good' : untilWords(until, m)}.`,
  },
  'environment.teardown_ordered': {
    mark: marks.tearingDown,
    says: ({ cause }, { m, environment }) => `${environment} is torn down: ${endWords(cause, m)}.`,
  },
  'environment.teardown_asked': {
    mark: marks.needsApproval,
    says: ({ runs, need, roles, until }, { m, environment }) =>
      `The teardown of ${environment} is asked for${lostWords(runs, m)}. It needs ${need} ${need === 1 ? 'approval' : 'approvals'} from ${roles.map((role) => m.text(role, 60)).join(', ')} until ${m.date(until)}.`,
  },
  'environment.teardown_approved': {
    mark: marks.needsApproval,
    says: ({ have, need }, { environment }) =>
      `The teardown of ${environment} was approved, ${have} of ${need}.`,
  },
  'environment.teardown_announced': {
    mark: marks.expires,
    says: ({ runs, until, asker, approvers }, { m, environment }) =>
      `${environment} is torn down ${m.date(until)}${lostWords(runs, m)}. ${m.person(asker)} asked for it${approvers.length === 0 ? '' : `, approved by ${approvers.map((one) => m.person(one)).join(' and ')}`}. Until then it can be stopped.`,
  },
  'environment.teardown_stopped': {
    mark: marks.good,
    says: ({ asker }, { m, environment }) =>
      `The teardown of ${environment} that ${m.person(asker)} asked for was stopped; nothing was touched.`,
  },
  'environment.teardown_lapsed': {
    mark: marks.gone,
    says: ({ asker }, { m, environment }) =>
      `The teardown of ${environment} that ${m.person(asker)} asked for was not approved in time; nothing was touched.`,
  },
  'environment.torn_down': {
    mark: marks.gone,
    says: ({ cause, ran, by }, { m, environment }) => {
      const why =
        cause.kind === 'asked' && by !== SLIPWAY ? `${m.person(by)} asked for it` : endWords(cause, m)
      return `${environment} is gone: ${why}, and everything that was set up is removed${ran === null ? '' : `; ${m.text(ran, 80)} ran there`}.`
    },
  },
  'environment.teardown_failed': {
    mark: marks.failed,
    says: (failure, { m, environment }) =>
      `The teardown of ${environment} failed: ${teardownWords(failure, m)}. What was set up may still be there.`,
  },
  'environment.setup_required': {
    mark: marks.settingUp,
    says: ({ because, way }, { environment }) =>
      `${environment} needs a setup: ${setupNeedWords(because)}. ${setupWays[way]}`,
  },
  'environment.out_of_sync': {
    mark: marks.outOfSync,
    says: ({ finding }, { m, environment }) => `${environment} ${driftWords(finding, m)}.`,
  },
  'environment.in_sync': {
    mark: marks.good,
    says: (_, { environment }) => `${environment} runs what was recorded again.`,
  },
  'environment.repaired': {
    mark: marks.repaired,
    says: (difference, { m, environment }) =>
      `The record of ${environment} differed from its workflow and was written again: ${differenceWords(difference, m)}.`,
  },
  'environment.restored': {
    mark: marks.repaired,
    says: ({ interrupted }, { m, environment }) =>
      `The workflow of ${environment} had ended; it goes on from its record${interrupted === null ? '' : `. The deployment of ${m.text(interrupted)} was interrupted`}.`,
  },
  'environment.locked': {
    mark: marks.locked,
    says: ({ reason, until }, { m, environment }) =>
      `${environment} was locked${untilWords(until, m)}: ${m.text(reason, 300)}`,
  },
  'environment.lock_taken': {
    mark: marks.locked,
    says: ({ reason }, { m, app, environment }) =>
      `Your lock of ${app} ${environment} was taken over: ${m.text(reason, 300)}`,
  },
  'environment.unlocked': {
    mark: marks.unlocked,
    says: (_, { environment }) => `${environment} was unlocked.`,
  },
  'environment.lock_ended': {
    mark: marks.unlocked,
    says: ({ reason }, { m, app, environment }) =>
      `Your lock of ${app} ${environment} was ended${reason === '' ? '.' : `: ${m.text(reason, 300)}`}`,
  },
  'environment.opened': {
    mark: marks.unlocked,
    says: ({ opened }, { environment }) => openedWords(opened, environment),
  },
  'environment.frozen': {
    mark: marks.frozen,
    says: ({ reason, until }, { m }) =>
      `Promotions are frozen: ${m.text(reason, 300)} (until ${m.date(until)})`,
  },
  'environment.thawed': {
    mark: marks.thawed,
    says: () => 'The freeze is over.',
  },
  'environment.paused': {
    mark: marks.held,
    says: ({ reason }, { m, environment }) =>
      `Automation is paused in ${environment}: ${m.text(reason, 300)}`,
  },
  'environment.resumed': {
    mark: marks.resumed,
    says: (_, { environment }) => `Automation goes on in ${environment}.`,
  },
  'environment.rolled_back': {
    mark: marks.rolledBack,
    says: ({ name, to, requester, tookMs }, { m, environment }) =>
      `${environment} is back on ${m.text(to, 80)}${tookWords({ requester, tookMs }, m)}; ${m.text(name, 80)} was put away.`,
  },
  'environment.rollback': {
    mark: marks.rolledBack,
    says: ({ to, reason, failure }, { m, environment }) => {
      const back = `Rolling ${environment} back to ${m.text(to, 80)}`
      if (failure !== null) return `${back} without being asked: ${failureWords(failure, m)}.`
      return reason === '' ? `${back}.` : `${back}: ${m.text(reason, 300)}`
    },
  },
}

const lostWords = (name: string | null, m: Markup): string =>
  name === null ? '' : `, with ${m.text(name, 80)}`

const sayTime = (from: string, until: string): string => sayDuration(Date.parse(until) - Date.parse(from))

const untilWords = (until: string | null, m: Markup): string =>
  until === null ? '' : ` until ${m.date(until)}`
