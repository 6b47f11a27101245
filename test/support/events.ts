/** One line of every kind of the audit trail. The type makes the record complete: a new kind needs a sample here. */

import { eventSentence } from '../../bot/views/events/event-words.js'
import { plain } from '../../bot/views/markup.js'
import type { Notice } from '../../domain/environment/lifecycle.js'
import type { AuditEvent, EventFacts, EventKind, PushSubject, Said } from '../../domain/events.js'
import type { CheckReading } from '../../domain/forge/checks.js'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import { pickedMerges } from '../../domain/ports.js'
import type { Closure, Failure } from '../../domain/reasons.js'
import type { AuditView } from '../../domain/views.js'
import { ALICE, AT, BOB, commitOf, deploymentId, environmentName, releaseId, SHOP } from './release-views.js'
import { twoCommits } from './train.js'

const LATER = '2026-11-21T18:05:00.000Z'
const EVIL = '<!channel> & `more`'
const name = '2026.11.3-rc.1'
const commit = commitOf('a')
const digest = `sha256:${'a'.repeat(64)}` as ArtifactDigest
const staging = environmentName('staging')
const subject = { name, commit, requester: BOB }
const push: PushSubject = {
  ...{ branch: 'main', commit, subject: EVIL, author: EVIL },
  ...{ authors: ['ada@example.com'], total: 3 },
}
const failure: Failure = { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } }
export const aClosure: Closure = {
  kind: 'lock',
  reason: EVIL,
  owner: BOB,
  since: AT,
  until: LATER,
  rollback: null,
}
const reading: CheckReading = {
  at: AT,
  checks: [{ name: 'ci/test', state: 'failure', word: 'timed_out', since: AT }],
  problem: { kind: 'no-answer', message: EVIL },
}
const cause = { kind: 'branch-gone', branch: EVIL } as const

const look = { ...twoCommits, since: EVIL, calendar: EVIL }

const facts: EventFacts = {
  'release.drafted': { title: EVIL },
  'release.cut': { version: '2026.11.3', title: EVIL },
  'release.edited': { changes: [{ field: 'title', before: 'Winter', after: EVIL }] },
  'release.linked': { from: environmentName('integration'), to: staging },
  'release.released': { name: '2026.11.3' },
  'release.abandoned': { name: EVIL },
  'release.deleted': { version: null, title: EVIL },
  'release.restored': { interrupted: ['pick'] },
  'release.stalled': {
    name: '2026.11.3',
    silentMs: 3_600_000,
    waits: { kind: 'deployment', name, environment: staging, state: 'prepared' },
  },
  'candidate.cut': { name, commit, title: EVIL, type: 'feature', config: 'c1', bound: staging },
  'candidate.ready': { name, digest },
  'candidate.build_failed': { name, failure: { kind: 'fault', message: EVIL } },
  'candidate.rebuilding': { name },
  'candidate.picked': {
    name,
    commit,
    onto: name,
    picked: [commit],
    contained: [commitOf('b')],
    merges: pickedMerges({ commit, against: commitOf('b') }),
  },
  'pick.confirmed': {
    ...{ name, at: commit, carried: true, total: 30, note: EVIL },
    commits: Array.from({ length: 20 }, () => ({ sha: commit, subject: EVIL, author: EVIL })),
  },
  'pick.skipped': { commit, newest: name },
  'pick.conflict': {
    commit,
    branch: EVIL,
    sides: Array.from({ length: 9 }, (_, index) => ({ file: `${index}${EVIL}`, ours: EVIL, theirs: EVIL })),
  },
  'pick.failed': { message: EVIL },
  'release.notes_edited': { sections: Array.from({ length: 10 }, () => 'New') },
  'pick.off_trunk': {
    ...{ name, trunk: EVIL, total: 30 },
    commits: Array.from({ length: 20 }, () => ({ sha: commit, subject: EVIL, author: EVIL, original: null })),
  },
  'pick.on_trunk': { name, trunk: EVIL },
  'pick.settled': { commit, trunk: EVIL, reason: EVIL },
  'tag.pushed': { name, tag: 'v2026.11.3', commit },
  'tag.taken': { tag: EVIL, commit, takenBy: commitOf('b') },
  'tag.refused': { tag: EVIL, commit, message: EVIL },
  'tag.waits': { tag: EVIL, commit, message: EVIL },
  'tag.retried': { tags: Array.from({ length: 12 }, () => EVIL) },
  'checklist.ticked': { item: EVIL, role: 'qa', name },
  'checklist.unticked': { item: EVIL, role: 'qa', name },
  'checks.passed': { name, reading, waited: true },
  'checks.waits': { name, reading, waited: false },
  'gate.overridden': {
    name,
    rule: { kind: 'closed', environment: staging, closure: aClosure },
    reason: EVIL,
  },
  'freeze.passed': { ...subject, freeze: { ...aClosure, kind: 'freeze' } },
  'deployment.prepared': { ...subject, digest, needs: 2, again: 'the disk was cleaned' },
  'deployment.approved': { ...subject, have: 1, need: 2, comment: EVIL },
  'deployment.approval_lapsed': { ...subject, person: BOB },
  'deployment.queued': { ...subject, how: { kind: 'retried', stage: null } },
  'deployment.waits': { ...subject, place: 2, inMs: 60_000, closure: aClosure },
  'deployment.unblocked': { ...subject, opened: { what: ['lock', 'freeze'], byPerson: false }, person: BOB },
  'deployment.failed': { ...subject, stage: 'patch', failure, touched: true },
  'deployment.completed': subject,
  'deployment.awaiting_acceptance': subject,
  'deployment.accepted': { ...subject, by: 'person', comment: EVIL, tookMs: null },
  'deployment.rejected': { ...subject, gate: 'approval', comment: EVIL },
  'deployment.superseded': { ...subject, why: 'replaced', by: EVIL },
  'deployment.adopted': { ...subject, from: EVIL, to: EVIL },
  'deployment.image_unchecked': { ...subject, image: EVIL, words: EVIL, because: 'override' },
  'deployment.aborted': { ...subject, cause: { kind: 'rejected', environment: staging } },
  'environment.created': { source: { branch: EVIL, commit, pull: 17 } },
  'environment.ready': { name: 'aaaaaaa', until: LATER },
  'environment.pushed': { commit, branch: EVIL },
  'environment.build_wanted': { of: EVIL },
  'environment.build_failed': { commit, failure },
  'environment.expiring': { until: LATER },
  'environment.closing': { cause, until: LATER },
  'environment.extended': { until: LATER },
  'environment.kept': { until: null },
  'environment.teardown_ordered': { cause },
  'environment.teardown_asked': { runs: name, need: 2, roles: [EVIL], until: LATER },
  'environment.teardown_approved': { have: 1, need: 2 },
  'environment.teardown_announced': { asker: ALICE, approvers: [BOB], runs: EVIL, until: LATER },
  'environment.teardown_stopped': { asker: ALICE },
  'environment.teardown_lapsed': { asker: ALICE },
  'environment.torn_down': { cause, by: BOB, ran: EVIL },
  'environment.teardown_failed': { stage: 'check', failure },
  'environment.setup_required': { because: 'variables', way: 'approval' },
  'environment.out_of_sync': { finding: { kind: 'commit', expected: commit, observed: EVIL } },
  'environment.in_sync': {},
  'environment.repaired': {
    fields: [{ field: 'state', recorded: 'ready', actual: 'failed' }],
    orphans: [deploymentId(1)],
  },
  'environment.restored': { interrupted: EVIL },
  'environment.locked': { reason: EVIL, until: LATER },
  'environment.lock_taken': { reason: EVIL, person: BOB },
  'environment.unlocked': {},
  'environment.lock_ended': { reason: EVIL, person: BOB },
  'environment.opened': { opened: { what: ['lock'], byPerson: false } },
  'environment.frozen': { reason: EVIL, until: LATER, announces: true },
  'environment.thawed': { announces: true },
  'environment.paused': { reason: EVIL },
  'environment.resumed': {},
  'environment.rolled_back': { ...subject, to: '2026.11.2-rc.1', tookMs: 12_000, sameRelease: false },
  'environment.rollback': { to: name, failure, commit, reason: '' },
  'push.noted': push,
  'push.skipped': push,
  'push.taken': push,
  'push.built': { ...push, digest },
  'push.build_failed': { ...push, failure },
  'push.untouched': push,
  'push.not_retried': push,
  'push.not_cut': { ...push, code: 'version-taken' },
  'push.unread': { branch: EVIL, commit, refused: true, detail: EVIL },
  'push.waits': { name, commit, behind: { ...aClosure, kind: 'hold' } },
  'push.not_redeployed': { name, commit },
  'pull.waits': { number: 17, commit, subject: EVIL, author: EVIL, fork: EVIL },
  'pull.allowed': { number: 17, commit },
  'pull.build_failed': { number: 17, commit, failure, asked: true },
  'train.scheduled': { departs: AT, before: AT, announced: true },
  'train.removed': { departs: AT, announced: true },
  'train.announced': { departs: AT, look },
  'train.held': { departs: AT, reason: EVIL },
  'train.resumed': { departs: AT },
  'train.stood': { departs: AT, holder: BOB, leavesLater: true, next: null },
  'train.let_go': { departs: AT, next: AT },
  'train.skipped': { departs: AT, why: { kind: 'frozen', reason: EVIL, until: AT }, next: AT },
  'train.left': { departs: AT, how: 'on-time', version: '2026.11.3', total: 2, promote: staging },
  'train.not_cut': { departs: AT, code: 'lacks-pick', next: AT },
  'train.failed': { asked: 'repository', departs: AT, message: EVIL, next: null },
  'order.unrecorded': { reason: EVIL },
  'order.refused': { verb: 'promote', code: 'already-there' },
  'order.forged': { verb: EVIL, workflow: EVIL },
}

/** A line of that kind, as it is read. */
export function anEvent<Kind extends EventKind>(
  kind: Kind,
  given: Partial<EventFacts[Kind]> = {},
): AuditView {
  const said = { kind, facts: { ...facts[kind], ...given } } as unknown as Said
  return {
    ...{ id: '7', at: AT, actor: ALICE, app: SHOP },
    ...{ releaseId: releaseId(1), deploymentId: deploymentId(1), environment: staging },
    ...said,
  }
}

export const everyEvent: readonly AuditView[] = (Object.keys(facts) as EventKind[]).map((kind) =>
  anEvent(kind),
)

const notices: { readonly [Kind in Notice['kind']]: Omit<Extract<Notice, { kind: Kind }>, 'number' | 'at'> } =
  {
    ready: { kind: 'ready', name: 'aaaaaaa', until: LATER },
    expiring: { kind: 'expiring', until: LATER },
    closing: { kind: 'closing', until: LATER, cause },
    'teardown-asked': {
      ...{ kind: 'teardown-asked', asked: AT, by: ALICE, need: 2, roles: [EVIL], runs: EVIL, until: LATER },
    },
    'teardown-announced': {
      ...{ kind: 'teardown-announced', asked: AT, asker: ALICE, approvers: [BOB], runs: EVIL, until: LATER },
    },
    'torn-down': { kind: 'torn-down', cause, by: BOB, ran: EVIL, permanent: true },
    'teardown-failed': { kind: 'teardown-failed', stage: 'check', failure },
    'out-of-sync': { kind: 'out-of-sync', finding: { kind: 'check-failed', name, failure } },
    'setup-required': { kind: 'setup-required', because: 'variables', way: 'rebuild' },
    'build-failed': { kind: 'build-failed', commit, failure: { kind: 'fault', message: EVIL } },
  }

/** A notice of every kind. */
export const everyNotice: readonly Notice[] = Object.values(notices).map((notice, index) => ({
  ...notice,
  number: index + 1,
  at: AT,
}))

/** A line as plain text. */
export const saidOf = (event: AuditEvent | undefined): string =>
  event === undefined ? '' : eventSentence(event, plain)
