/** The activities' {@link ReleaseStore} on PostgreSQL. */
import type { Kysely } from 'kysely'
import { emptyChange, type ReleaseDetail } from '../domain/change.js'
import type { ReleaseStore } from '../domain/release-store.js'
import { stageLog } from './queries/deployment-log.js'
import { highestVersion } from './queries/highest-version.js'
import { isCandidate, livePicks } from './queries/live-picks.js'
import { whatRuns } from './queries/what-runs.js'
import { readWorkflowState } from './queries/workflow-states.js'
import { readConfigured } from './repositories/apps.js'
import { claimBuild, finishBuild, keepBuild } from './repositories/builds.js'
import { createDraft, createRelease, cutDraft } from './repositories/create-release.js'
import { deleteRelease } from './repositories/delete-release.js'
import { type Recorded, recordChange } from './repositories/record-change.js'
import { appendStageLog, begunOn } from './repositories/stage-logs.js'
import { startDeployment } from './repositories/start-deployment.js'
import { checkSent } from './sent-orders.js'
import type { Database } from './tables.js'

const noDetail: Omit<ReleaseDetail, 'bound'> = {
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
  prepared: [],
  promotable: [],
}

/** `ignored` is called with moves that came too late to change anything. */
export function openLedger(
  db: Kysely<Database>,
  ignored: (moves: Recorded['ignored']) => void,
): ReleaseStore {
  return {
    recordChange: async (change) => {
      const recorded = await recordChange(db, change)
      if (recorded.ignored.length > 0) ignored(recorded.ignored)
    },
    checkSent: (app, sent) => checkSent(db, app, sent),
    readState: (id) => readWorkflowState(db, id),
    readConfigured: (hash, app) => readConfigured(db, hash, app),
    createRelease: ({ bound, ...release }, first) =>
      createRelease(db, { ...release, detail: { ...noDetail, bound } }, first),
    createDraft: ({ scope, links, after, bound, ...draft }, first) =>
      createDraft(db, { ...draft, detail: { ...noDetail, scope, links, after, bound } }, first),
    cutDraft: (order) => cutDraft(db, order),
    deleteRelease: async (order) => {
      const deleted = await deleteRelease(db, { ...order, key: `${order.id}/deleted` })
      if (deleted.kind === 'deleted') return deleted
      const { refusal } = deleted
      if (refusal.code === 'linked') return { kind: 'linked', environments: refusal.environments }
      if (refusal.code === 'still-deploying') {
        return { kind: 'active', environment: refusal.environment, state: refusal.state }
      }
      throw new Error(`There is no release ${order.id} to delete`)
    },
    startDeployment: (order) => startDeployment(db, order),
    claimBuild: (key, { owner, host }, at) => claimBuild(db, { ...key, claimant: owner, host, at }),
    keepBuild: (claim) => keepBuild(db, claim),
    finishBuild: (claim, end, at) => {
      const nothing = { digest: null, reference: null, tail: '', tests: [] }
      const { kind, ...rest } = end
      return finishBuild(db, { ...claim, ...nothing, ...rest, state: kind, at })
    },
    recordStage: async (stage) => {
      const key = `${stage.key}/${stage.verdict ?? 'begun'}`
      await recordChange(db, { ...emptyChange(stage.app, key), stages: [stage] })
    },
    begunOn: (key) => begunOn(db, key),
    appendLog: (key, at, text) => appendStageLog(db, { key, at, text }),
    readLog: (key) => stageLog(db, key),
    livePicks: (app) => livePicks(db, app),
    highestVersion: (app) => highestVersion(db, app),
    isCandidate: (app, commit) => isCandidate(db, app, commit),
    whatRuns: (app, environment) => whatRuns(db, app, environment),
  }
}
