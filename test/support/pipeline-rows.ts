/** Small values to write into a test's database. */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { saveApps } from '../../db/repositories/apps.js'
import type { CutOrder } from '../../db/repositories/create-release.js'
import { recordChange } from '../../db/repositories/record-change.js'
import { type Started, type StartOrder, startDeployment } from '../../db/repositories/start-deployment.js'
import type { Database } from '../../db/tables.js'
import {
  type ApprovalRecord,
  type Change,
  type DeploymentMove,
  type DeploymentRecord,
  type EnvironmentRecord,
  emptyChange,
  type ReleaseDetail,
  type StageRecord,
} from '../../domain/change.js'
import type {
  AppName,
  ArtifactDigest,
  ChannelId,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type DeploymentState } from '../../domain/states.js'

export const shop = 'shop' as AppName
export const alice = 'U01ALICE' as UserId
export const bob = 'U01BOB' as UserId
export const channel = 'C01SHOP' as ChannelId
export const at = '2026-11-21T09:00:00.000Z'

export const releaseId = (text: string | number): ReleaseId => `rel_${padded(text)}` as ReleaseId
export const deploymentId = (text: string | number): DeploymentId => `dep_${padded(text)}` as DeploymentId
export const environmentName = (text: string): EnvironmentName => text as EnvironmentName
export const commitOf = (seed: string): CommitSha =>
  createHash('sha1').update(seed).digest('hex') as CommitSha
export const digestOf = (seed: string): ArtifactDigest =>
  `sha256:${createHash('sha256').update(seed).digest('hex')}` as ArtifactDigest

const padded = (text: string | number): string => String(text).toUpperCase().padStart(26, '0')

export const emptyDetail: ReleaseDetail = {
  scope: '',
  links: [],
  after: [],
  hotfix: false,
  phases: [],
  checklist: [],
  overrides: [],
  conflict: null,
  commits: null,
  tags: [],
  offTrunk: null,
  picking: null,
  passesFreeze: false,
  bound: [],
  prepared: [],
  promotable: [],
}

/** Integration, staging and production, one above the other. */
export const bound: ReleaseDetail['bound'] = ['integration', 'staging', 'production'].map((name, level) => ({
  name: environmentName(name),
  level,
  last: level === 2,
  approve: [],
  accept: null,
  acceptance: 'by-person',
}))

/** Only the parts of an app that the database uses. */
export async function saveShop(db: Kysely<Database>, name: AppName = shop): Promise<void> {
  await saveApps(db, [{ name, environments: [] } as unknown as AppDefinition], at)
}

export function aCut(id: ReleaseId, given: Partial<CutOrder> = {}): CutOrder {
  return {
    id,
    app: shop,
    channel,
    title: 'Summer sale',
    description: '',
    type: 'feature',
    by: alice,
    at,
    configHash: 'hash',
    version: null,
    commit: commitOf(id),
    versioning: 'calendar',
    bump: null,
    tagged: { highest: null, skip: [] },
    timezone: 'UTC',
    detail: { ...emptyDetail, bound },
    ...given,
  }
}

export function aDeployment(
  id: DeploymentId,
  environment: string,
  given: Partial<DeploymentRecord> = {},
): DeploymentRecord {
  return {
    id,
    environment: environmentName(environment),
    kind: 'promote',
    releaseId: null,
    candidate: null,
    commit: commitOf('trunk'),
    artifactDigest: digestOf('trunk'),
    requestedBy: alice,
    at,
    needs: 0,
    approvers: [],
    override: null,
    configHash: 'hash',
    ...given,
  }
}

export function aMove(
  id: DeploymentId,
  to: DeploymentState,
  given: Partial<DeploymentMove> = {},
): DeploymentMove {
  return { id, to, at, by: alice, attempt: null, failedStage: null, note: null, ...given }
}

export function anEnvironment(name: string, given: Partial<EnvironmentRecord> = {}): EnvironmentRecord {
  return {
    name: environmentName(name),
    position: ['integration', 'staging', 'production'].indexOf(name),
    mode: 'approval',
    state: 'ready',
    setupRequired: false,
    currentDeployment: null,
    lock: null,
    hold: null,
    freeze: null,
    expiresAt: null,
    generation: 1,
    detail: {
      setbacks: [],
      rollbackTargets: [],
      hotfix: false,
      preview: false,
      owner: null,
      branch: null,
      templateVersion: 1,
      templateApplied: 1,
      variablesVersion: 1,
      variablesApplied: 1,
      url: null,
      outputs: {},
      queue: [],
      rollbackTo: null,
      observed: null,
      lostHost: null,
      extensionsLeft: 0,
      note: null,
      pull: null,
      notices: [],
      place: null,
      teardown: null,
      answered: null,
      removal: null,
      stopped: null,
      tornDown: null,
      permanent: true,
    },
    seq: 1,
    ...given,
  }
}

let changes = 0

/** Records a change of the shop under its own key. */
export async function change(
  db: Kysely<Database>,
  given: Partial<Change>,
): Promise<Awaited<ReturnType<typeof recordChange>>> {
  return recordChange(db, { ...emptyChange(shop, `test/${++changes}`), ...given })
}

/** Starts a queued or prepared deployment, and its first stage, which links its release. */
export async function begin(db: Kysely<Database>, id: DeploymentId, attempt = 1): Promise<void> {
  await startRecorded(db, { id, attempt, at })
  await change(db, { stages: [{ ...aStage(id), attempt, run: attempt, key: `${id}/patch/${attempt}` }] })
}

/** A patch of a deployment that has just started. */
export const aStage = (id: DeploymentId): StageRecord => ({
  key: `${id}/patch/1`,
  app: shop,
  environment: environmentName('staging'),
  deploymentId: id,
  attempt: 1,
  stage: 'patch',
  run: 1,
  host: 'h',
  verdict: null,
  exitCode: null,
  tail: '',
  startedAt: at,
  finishedAt: null,
})
/** Gives a release another title, so that its card is out of date. */
export const retitleRelease = (db: Kysely<Database>, id: ReleaseId, title: string): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await trx.updateTable('releases').set({ title }).where('id', '=', id).execute()
    await trx
      .updateTable('slack_messages')
      .set((row) => ({ stale: row('stale', '+', 1) }))
      .where('key', '=', `card/${id}`)
      .execute()
  })

/** Starts a deployment with exactly what is recorded of it. */
export async function startRecorded(
  db: Kysely<Database>,
  order: Omit<StartOrder, 'commit' | 'artifactDigest'>,
): Promise<Started> {
  const row = await db
    .selectFrom('deployments')
    .select(['commit', 'artifact_digest'])
    .where('id', '=', order.id)
    .executeTakeFirst()
  const what = { commit: row?.commit ?? commitOf('none'), artifactDigest: row?.artifact_digest ?? null }
  return startDeployment(db, { ...order, ...what })
}

/** An approval that was given in Slack. */
export async function givenApproval(
  db: Kysely<Database>,
  { deployment, user }: { readonly deployment: DeploymentId; readonly user: UserId },
): Promise<ApprovalRecord> {
  const order = `approve/${deployment}/${user}`
  await db
    .insertInto('sent_orders')
    .values({
      ...{
        workflow: 'release',
        key: order,
        verb: 'approve',
        digest: '',
        by: user,
        deployment,
        inbox_key: order,
      },
    })
    .execute()
  return { deploymentId: deployment, user, at, comment: null, counts: true, order }
}
