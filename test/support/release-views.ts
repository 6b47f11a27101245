/** Test values of views; each takes what matters to the test and fills in the rest. */
import type { ReleaseDetail } from '../../domain/change.js'
import {
  type AppName,
  type ArtifactDigest,
  type ChannelId,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  parseVersion,
  type ReleaseId,
  type UserId,
} from '../../domain/identifiers.js'
import { type AppDefinition, type ApprovalRule, findEnvironment } from '../../domain/pipeline.js'
import { releaseRecord } from '../../domain/release/record.js'
import { RELEASE_STATE, type ReleaseDeployment, type ReleaseState } from '../../domain/release/state.js'
import type {
  CandidateView,
  DeploymentView,
  EnvironmentView,
  ReleaseView,
  StageView,
} from '../../domain/views.js'
import type { ApiReads } from '../../http/api-reads.js'
import { anApp } from './app-definition.js'

export const ALICE = 'U01ALICE' as UserId
export const BOB = 'U01BOB' as UserId
export const QUINN = 'U01QUINN' as UserId
export const SHOP = 'shop' as AppName
export const AT = '2026-11-21T14:05:00.000Z'
const DIGEST = `sha256:${'d'.repeat(64)}` as ArtifactDigest

export const commitOf = (seed: string): CommitSha => seed.repeat(40).slice(0, 40) as CommitSha
export const environmentName = (name: string): EnvironmentName => name as EnvironmentName
const padded = (prefix: string, number: number): string => `${prefix}_${String(number).padStart(26, '0')}`
export const deploymentId = (number: number): DeploymentId => padded('dep', number) as DeploymentId
export const releaseId = (number: number): ReleaseId => padded('rel', number) as ReleaseId

export const noDetail: ReleaseDetail = {
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

export function aCandidate(over: Partial<CandidateView> = {}): CandidateView {
  const number = over.number ?? 1
  return {
    number,
    name: `2026.11.3-rc.${number}`,
    commit: commitOf('9f3c1ab'),
    state: 'ready',
    artifactDigest: DIGEST,
    picked: [],
    gained: null,
    createdAt: AT,
    waits: null,
    buildTail: null,
    failedTests: [],
    ...over,
  }
}

export function aDeployment(over: Partial<DeploymentView> = {}): DeploymentView {
  const number = over.number ?? 1
  const candidateNumber = over.candidateNumber === undefined ? 1 : over.candidateNumber
  return {
    id: deploymentId(number),
    number,
    environment: environmentName('integration'),
    kind: 'promote',
    state: 'accepted',
    releaseId: releaseId(1),
    version: '2026.11.3',
    released: false,
    candidate: candidateNumber === null ? null : `2026.11.3-rc.${candidateNumber}`,
    candidateNumber,
    commit: commitOf('9f3c1ab'),
    artifactDigest: DIGEST,
    requestedBy: ALICE,
    preparedAt: AT,
    startedAt: AT,
    finishedAt: AT,
    attempt: 1,
    failedStage: null,
    note: null,
    decidedBy: null,
    decidedAt: null,
    needs: 0,
    approvers: [],
    approvals: [],
    override: null,
    linkedTo: [],
    deleted: null,
    waits: null,
    stages: [],
    ...over,
  }
}

export function aStage(over: Partial<StageView> = {}): StageView {
  return {
    key: 'dep_1/patch/1',
    stage: 'patch',
    attempt: 1,
    run: 1,
    verdict: 'passed',
    exitCode: 0,
    tail: '',
    startedAt: AT,
    finishedAt: AT,
    ...over,
  }
}

export function anEnvironment(name: string, over: Partial<EnvironmentView> = {}): EnvironmentView {
  return {
    app: SHOP,
    name: environmentName(name),
    position: 0,
    mode: 'approval',
    state: 'ready',
    setupRequired: false,
    current: null,
    rollbackTo: null,
    lock: null,
    hold: null,
    freeze: null,
    expiresAt: null,
    waits: null,
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
    ...over,
  }
}

/** A pipeline integration → staging → production. */
export function aPipeline(over: Readonly<Record<string, Partial<EnvironmentView>>> = {}): EnvironmentView[] {
  return ['integration', 'staging', 'production'].map((name, position) =>
    anEnvironment(name, { position, mode: position === 0 ? 'continuous' : 'approval', ...over[name] }),
  )
}

const commits: ReleaseDetail['commits'] = {
  since: '2026.11.2',
  from: null,
  sinceTag: false,
  counted: true,
  total: 17,
  authors: 5,
  newest: Array.from({ length: 7 }, (_, index) => ({
    sha: commitOf(`${index}a`),
    subject: `Fix number ${index}`,
    author: 'Mira',
  })),
  takesOut: { total: 0, commits: [] },
}

type ReleaseParts = Partial<Omit<ReleaseView, 'detail'>> & { readonly detail?: Partial<ReleaseDetail> }

/** With what its workflow would record of it: gates, promotions, where it is going, according to the app. */
export function aRelease(
  { detail = {}, ...over }: ReleaseParts = {},
  app: AppDefinition = anApp(),
): ReleaseView {
  const view: ReleaseView = {
    id: releaseId(1),
    app: SHOP,
    version: '2026.11.3',
    title: 'Summer sale',
    description: 'Everything for the summer.',
    type: 'feature',
    state: 'open',
    phase: 'building',
    channel: 'C01SHOP' as ChannelId,
    requestedBy: ALICE,
    createdAt: AT,
    cutAt: AT,
    plannedAt: null,
    releasedAt: null,
    rolledBack: false,
    deleted: null,
    detail: { ...noDetail, ...detail },
    deletable: true,
    blockedBy: [],
    candidates: [aCandidate()],
    links: [],
    deployments: [],
    environments: aPipeline(),
    ...over,
  }
  return { ...view, detail: { ...releaseRecord(stateOf(view, app)).detail, commits, ...detail } }
}

/** The release state that would give this view. */
export function stateOf(view: ReleaseView, app: AppDefinition = anApp()): ReleaseState {
  const { detail } = view
  const items = detail.checklist.map(({ item, role, before }) => ({ item, role, before, fourEyes: false }))
  return {
    ...view,
    app: { ...app, checklist: items.length > 0 ? items : app.checklist },
    version: view.version === null ? null : parseVersion(view.version),
    hotfix: detail.hotfix,
    lifecycle: view.state,
    scope: detail.scope,
    references: detail.links,
    after: detail.after,
    candidates: view.candidates.map((one) => ({
      ...one,
      artifactReference: null,
      authors: [],
      firstDeployment: null,
      madeAt: one.createdAt,
    })),
    deployments: view.deployments.map((one) => releaseDeployment(view, one, app)),
    linked: view.blockedBy,
    ticks: detail.checklist.flatMap(({ item, tickedBy, tickedAt }) =>
      tickedBy === null ? [] : [{ item, by: tickedBy, at: tickedAt ?? AT, candidate: 1 }],
    ),
    overrides: [],
    phases: [],
    conflict: detail.conflict,
    ...{
      commits: null,
      busy: null,
      branch: null,
      tags: [],
      offTrunk: null,
      activeAt: null,
      stalledAt: null,
      recent: [],
    },
    ...{ stateVersion: RELEASE_STATE, run: 1, seq: 1 },
  }
}

function releaseDeployment(view: ReleaseView, one: DeploymentView, app: AppDefinition): ReleaseDeployment {
  const { id, environment, state, requestedBy, preparedAt, approvals, note, override } = one
  const current = view.environments.find(({ name }) => name === environment)?.current ?? null
  const decided = state === 'accepted' || state === 'rejected'
  return {
    ...{ id, environment, state, requestedBy, preparedAt, note },
    override: override === null ? null : { reason: override, passes: [] },
    approvals: approvals.map((approval) => ({ ...approval, counts: [0] })),
    again: null,
    candidate: one.candidateNumber ?? 0,
    gate: gateOf(one, app),
    decision: decided ? { by: one.decidedBy ?? requestedBy, at: one.decidedAt ?? AT } : null,
    checks: null,
    replaced: state === 'superseded' || (current?.number ?? 0) > one.number,
  }
}

function gateOf(
  { environment, needs, approvers }: DeploymentView,
  app: AppDefinition,
): readonly ApprovalRule[] {
  const fourEyes = (findEnvironment(app, environment)?.approve ?? []).some((rule) => rule.fourEyes)
  return needs > 0 ? [{ from: approvers, count: needs, fourEyes, notSoleAuthor: false }] : []
}

/** For reads of an API that has no build to show. */
export const noBuilds: Pick<ApiReads, 'builds' | 'build' | 'buildLog'> = {
  builds: async () => [],
  build: async () => ({ kind: 'unknown' }),
  buildLog: async () => null,
}

/** The contents of a candidate: that many commits, and that many that it would remove. */
export const contents = (total: number, lost: number): NonNullable<ReleaseDetail['commits']> => ({
  ...{ since: '2026.11.2', from: null, sinceTag: false, counted: true, total, authors: 6 },
  newest: [
    { sha: commitOf('1'), subject: 'Mend the basket', author: 'Mira' },
    { sha: commitOf('7'), subject: 'Count the stock', author: 'Tom' },
  ],
  takesOut: {
    total: lost,
    commits: [{ sha: commitOf('8'), subject: 'Sell <!channel> *gift* cards', author: 'Mira' }],
  },
})
