import type { Kysely, Transaction } from 'kysely'
import type { Change, NewRelease, ReleaseDetail } from '../../domain/change.js'
import type { Said } from '../../domain/events.js'
import type { CommitSha, ReleaseId, UserId, Version } from '../../domain/identifiers.js'
import type { AllottedVersion, CutDraft } from '../../domain/release-store.js'
import type { Phase, ReleaseLifecycle } from '../../domain/states.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { inTransaction, lockApp } from '../transaction.js'
import { allotVersion, type VersionRequest } from './allot-version.js'
import { appendAudit } from './audit.js'
import { touchCards } from './cards.js'
import { recordIn } from './record-change.js'

/** A release to be cut now. */
export interface CutOrder
  extends NewRelease,
    Pick<VersionRequest, 'versioning' | 'timezone' | 'bump' | 'tagged'> {
  /** Of `rc.1`; null when it is not resolved yet, then `recordChange` adds the candidate. */
  readonly commit: CommitSha | null
  readonly detail: ReleaseDetail
}

/** A release that is only planned: it has no version and no candidate. */
export interface DraftOrder extends Omit<NewRelease, 'version'> {
  readonly plannedAt: string | null
  readonly detail: ReleaseDetail
}

/** A draft to be cut now. */
export interface CutDraftOrder extends VersionRequest {
  readonly id: ReleaseId
  readonly by: UserId
  readonly commit: CommitSha | null
  /** The hash of the configuration it is cut with. */
  readonly configHash: string
}

/**
 * Inserts a release with its version, its first candidate and its first change, in one transaction that locks the app's row. The
 * same id again returns the same version.
 */
export async function createRelease(
  db: Kysely<Database>,
  order: CutOrder,
  first: ((version: Version) => Change) | null = null,
): Promise<AllottedVersion> {
  return inTransaction(db, async (trx) => {
    await lockApp(trx, order.app)
    const before = await trx
      .selectFrom('releases')
      .select('version')
      .where('id', '=', order.id)
      .executeTakeFirst()
    if (before?.version) return { kind: 'created', version: before.version }

    const allotted = await allotVersion(trx, order)
    if (allotted.kind === 'refused') return allotted
    const { version } = allotted
    await insertRelease(trx, order, { version, state: 'open', phase: 'building', planned_at: null })
    await addFirstCandidate(trx, order)
    await tellCut(trx, order, version)
    if (first) await recordIn(trx, first(version))
    return { kind: 'created', version }
  })
}

/** Inserts a draft and its first change; the same id again does nothing. */
export async function createDraft(
  db: Kysely<Database>,
  order: DraftOrder,
  first: Change | null = null,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await lockApp(trx, order.app)
    const known = await trx.selectFrom('releases').where('id', '=', order.id).select('id').executeTakeFirst()
    if (known !== undefined) return
    const planned = { version: null, state: 'draft', phase: 'planning', planned_at: order.plannedAt } as const
    await insertRelease(trx, order, planned)
    await touchCards(trx, [order.id])
    await tell(trx, order, { kind: 'release.drafted', facts: { title: order.title } })
    if (first) await recordIn(trx, first)
  })
}

/** Gives a draft its version and first candidate. A draft that was already cut keeps its version. */
export async function cutDraft(db: Kysely<Database>, order: CutDraftOrder): Promise<CutDraft> {
  return inTransaction(db, async (trx) => {
    await lockApp(trx, order.app)
    const draft = await trx
      .selectFrom('releases')
      .select(['state', 'version', 'title'])
      .where('id', '=', order.id)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (draft?.version) return { kind: 'created', version: draft.version }
    if (draft?.state !== 'draft') return { kind: 'not-a-draft', state: draft?.state ?? null }

    const allotted = await allotVersion(trx, order)
    if (allotted.kind === 'refused') return allotted
    const { version } = allotted
    await trx
      .updateTable('releases')
      .set({
        version,
        state: 'open',
        phase: 'building',
        cut_at: order.at,
        config_hash: order.configHash,
      })
      .where('id', '=', order.id)
      .execute()
    await addFirstCandidate(trx, order)
    await tellCut(trx, { ...order, title: draft.title }, version)
    return { kind: 'created', version }
  })
}

interface Standing {
  readonly version: Version | null
  readonly state: ReleaseLifecycle
  readonly phase: Phase
  readonly planned_at: string | null
}

async function insertRelease(
  trx: Transaction<Database>,
  order: Omit<NewRelease, 'version'> & { readonly detail: ReleaseDetail },
  standing: Standing,
): Promise<void> {
  await trx
    .insertInto('releases')
    .values({
      ...standing,
      id: order.id,
      app: order.app,
      title: storableText(order.title),
      description: storableText(order.description),
      type: order.type,
      channel: order.channel,
      requested_by: order.by,
      config_hash: order.configHash,
      detail: toJson(order.detail),
      created_at: order.at,
      cut_at: standing.version === null ? null : order.at,
      rolled_back: false,
      seq: 0,
    })
    .execute()
}

async function addFirstCandidate(
  trx: Transaction<Database>,
  { id, commit, at }: Pick<CutOrder, 'id' | 'commit' | 'at'>,
): Promise<void> {
  if (commit === null) return
  await trx
    .insertInto('candidates')
    .values({ release_id: id, number: 1, commit, state: 'building', picked: '[]', created_at: at })
    .execute()
}

type Subject = Pick<NewRelease, 'id' | 'app' | 'by' | 'at' | 'title'>

async function tellCut(trx: Transaction<Database>, subject: Subject, version: Version): Promise<void> {
  await touchCards(trx, [subject.id])
  await tell(trx, subject, { kind: 'release.cut', facts: { version, title: subject.title } })
}

async function tell(
  trx: Transaction<Database>,
  { id, app, by, at }: Subject,
  said: Said<'release.cut' | 'release.drafted'>,
): Promise<void> {
  const nowhere = { deploymentId: null, environment: null }
  const line = { key: `${id}/${said.kind}`, app, at, actor: by, releaseId: id }
  await appendAudit(trx, [{ ...line, ...nowhere, ...said }])
}
