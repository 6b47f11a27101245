/** Test values of what people are shown; each takes what matters to the test and fills in the rest. */
import type { ReleaseDetail } from '../../domain/change.js'
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
import type {
  CandidateView,
  DeploymentView,
  EnvironmentView,
  ReleaseView,
  StageView,
} from '../../domain/views.js'

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
  hotfix: false,
  phases: [],
  checklist: [],
  overrides: [],
  conflict: null,
  commits: null,
  tags: [],
  picking: null,
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
    buildTail: null,
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
    previous: null,
    lock: null,
    hold: null,
    freeze: null,
    expiresAt: null,
    detail: {
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
      observed: null,
      extensionsLeft: 0,
      note: null,
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

export function aRelease(over: Partial<ReleaseView> = {}): ReleaseView {
  return {
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
    detail: {
      ...noDetail,
      commits: {
        since: '2026.11.2',
        total: 17,
        authors: 5,
        newest: Array.from({ length: 7 }, (_, index) => ({
          sha: commitOf(`${index}a`),
          subject: `Fix number ${index}`,
          author: 'Mira',
        })),
      },
    },
    deletable: true,
    blockedBy: [],
    candidates: [aCandidate()],
    links: [],
    deployments: [],
    environments: aPipeline(),
    ...over,
  }
}
