/** How prominently each line of the audit trail is reported, and to whom. */
import type { EventFacts, EventKind, Said } from './events.js'
import type { UserId } from './identifiers.js'

/** A line in the card's thread, the same shown in the channel too, or only kept. */
export type NotificationLevel = 'thread' | 'broadcast' | 'keep'

/** Kinds that are told the same way whatever their facts are. */
type Rule = {
  readonly [Kind in EventKind]: NotificationLevel | ((facts: EventFacts[Kind]) => NotificationLevel)
}

const announced = ({ announces }: { readonly announces: boolean }): NotificationLevel =>
  announces ? 'broadcast' : 'keep'

/** Who heard of nothing is not told that it changed. */
const ifAnnounced = (of: { readonly announced: boolean }): NotificationLevel =>
  of.announced ? 'broadcast' : 'keep'

/** Lines that are only stored repeat what another line, a card or a notice says; no line of a notice is broadcast. */
const tells: Rule = {
  'release.drafted': 'thread',
  'release.cut': 'keep',
  'release.edited': 'thread',
  'release.notes_edited': 'thread',
  'release.linked': 'thread',
  'release.released': 'broadcast',
  'release.abandoned': 'thread',
  'release.deleted': 'thread',
  'release.restored': 'broadcast',
  'release.stalled': 'broadcast',
  'candidate.cut': 'thread',
  'candidate.ready': 'thread',
  'candidate.build_failed': 'broadcast',
  'candidate.rebuilding': 'thread',
  'candidate.picked': 'broadcast',
  'pick.confirmed': 'broadcast',
  'pick.skipped': 'thread',
  'pick.conflict': 'broadcast',
  'pick.failed': 'broadcast',
  'pick.off_trunk': 'broadcast',
  'pick.on_trunk': 'thread',
  'pick.settled': 'thread',
  'tag.pushed': 'keep',
  'tag.taken': 'broadcast',
  'tag.refused': 'broadcast',
  'tag.waits': 'broadcast',
  'tag.retried': 'thread',
  'checklist.ticked': 'thread',
  'checklist.unticked': 'thread',
  'checks.passed': ({ waited }) => (waited ? 'thread' : 'keep'),
  'checks.waits': ({ waited }) => (waited ? 'keep' : 'thread'),
  'gate.overridden': 'broadcast',
  'freeze.passed': 'broadcast',
  'deployment.prepared': ({ needs }) => (needs > 0 ? 'broadcast' : 'keep'),
  'deployment.approved': 'thread',
  'deployment.approval_lapsed': 'thread',
  'deployment.queued': ({ how }) => (how.kind === 'asked' ? 'keep' : 'thread'),
  'deployment.waits': 'thread',
  'deployment.unblocked': 'thread',
  'deployment.failed': 'broadcast',
  'deployment.completed': 'keep',
  'deployment.awaiting_acceptance': 'broadcast',
  'deployment.accepted': ({ by }) => (by === 'rollback' ? 'broadcast' : 'thread'),
  'deployment.rejected': 'broadcast',
  'deployment.superseded': ({ why }) => (why === 'newer-push' ? 'keep' : 'thread'),
  'deployment.image_unchecked': 'broadcast',
  'deployment.adopted': 'broadcast',
  'deployment.aborted': ({ cause }) => (quiet.has(cause.kind) ? 'thread' : 'broadcast'),
  'environment.created': 'keep',
  'environment.ready': 'keep',
  'environment.pushed': 'keep',
  'environment.build_wanted': 'keep',
  'environment.build_failed': 'thread',
  'environment.expiring': 'keep',
  'environment.closing': 'keep',
  'environment.extended': 'keep',
  'environment.kept': 'keep',
  'environment.teardown_ordered': 'keep',
  'environment.teardown_asked': 'thread',
  'environment.teardown_approved': 'thread',
  'environment.teardown_announced': 'thread',
  'environment.teardown_stopped': 'thread',
  'environment.teardown_lapsed': 'thread',
  'environment.torn_down': 'thread',
  'environment.teardown_failed': 'thread',
  'environment.setup_required': 'keep',
  'environment.out_of_sync': 'thread',
  'environment.in_sync': 'keep',
  'environment.repaired': 'keep',
  'environment.restored': 'broadcast',
  'environment.locked': 'thread',
  'environment.lock_taken': 'keep',
  'environment.unlocked': 'thread',
  'environment.lock_ended': 'keep',
  'environment.opened': 'thread',
  'environment.frozen': announced,
  'environment.thawed': announced,
  'environment.paused': 'thread',
  'environment.resumed': 'thread',
  'environment.rollback': 'broadcast',
  'environment.rolled_back': ({ sameRelease }) => (sameRelease ? 'keep' : 'thread'),
  'push.noted': 'keep',
  'push.skipped': 'broadcast',
  'push.taken': 'keep',
  'push.built': 'keep',
  'push.build_failed': 'broadcast',
  'push.untouched': 'keep',
  'push.not_retried': 'broadcast',
  'push.not_cut': 'broadcast',
  'push.unread': 'broadcast',
  'push.waits': 'broadcast',
  'push.not_redeployed': 'broadcast',
  'pull.waits': 'broadcast',
  'pull.allowed': 'broadcast',
  'pull.build_failed': ({ asked }) => (asked ? 'broadcast' : 'keep'),
  'train.scheduled': ifAnnounced,
  'train.removed': ifAnnounced,
  'train.announced': 'keep',
  'train.held': 'broadcast',
  'train.resumed': 'broadcast',
  'train.stood': 'broadcast',
  'train.let_go': 'broadcast',
  'train.skipped': 'broadcast',
  'train.left': 'broadcast',
  'train.not_cut': 'broadcast',
  'train.failed': 'broadcast',
  'order.unrecorded': 'broadcast',
  'order.refused': 'keep',
  'order.forged': 'broadcast',
}

/** Whether a stored line has a kind that exists today; kind and facts are only ever written together. */
export const isSaid = (line: { readonly kind: string; readonly facts: unknown }): line is Said =>
  Object.hasOwn(tells, line.kind)

/** A person's own order about one deployment, or about one that never began, is not worth a line in the channel. */
const quiet: ReadonlySet<string> = new Set(['waiting', 'failed', 'release-deleted', 'not-in-line', 'unknown'])

/** How loudly a line is told. */
export function notificationOf<Kind extends EventKind>(event: Said<Kind>): NotificationLevel {
  const rule: Rule[Kind] = tells[event.kind]
  return typeof rule === 'function' ? rule(event.facts) : rule
}

/** The events sent to the authors of a commit as well as to its channel. */
export type AuthorEvent = (typeof ofAuthors)[keyof typeof ofAuthors][number]

/** One message per person, environment and commit of each: that it arrived, and that it went wrong. */
const ofAuthors = {
  arrived: ['deployment.completed'],
  setback: ['deployment.failed', 'environment.rolled_back'],
} as const satisfies Readonly<Record<string, readonly EventKind[]>>

export type AuthorTopic = keyof typeof ofAuthors

/** The kinds of lines that a topic is of. */
export const kindsOf = (topic: AuthorTopic): readonly AuthorEvent[] => ofAuthors[topic]

/** The topic of a line for the authors of its commit; null: none. */
export const topicOf = ({ kind }: Said): AuthorTopic | null =>
  isOf('arrived', kind) ? 'arrived' : isOf('setback', kind) ? 'setback' : null

const isOf = (topic: AuthorTopic, kind: EventKind): boolean => kindsOf(topic).some((one) => one === kind)

/** Who also gets a line as a direct message; null: nobody. */
export function personOf({ facts }: Said): UserId | null {
  return 'person' in facts ? facts.person : null
}
