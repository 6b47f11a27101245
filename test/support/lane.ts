/** Orders, people and instants for tests of release and environment rules. */

import { newEnvironment } from '../../domain/environment/record.js'
import type { DeploymentRequest, EnvironmentState } from '../../domain/environment/state.js'
import {
  type ArtifactDigest,
  type CommitSha,
  type DeploymentId,
  parseArtifactDigest,
  parseCommitSha,
  parseDeploymentId,
  parseEnvironmentName,
  parseReleaseId,
  parseUserId,
  parseVersion,
  type ReleaseId,
  type UserId,
} from '../../domain/identifiers.js'
import { type AppDefinition, findEnvironment, repositoryOf } from '../../domain/pipeline.js'
import { cutRelease } from '../../domain/release/cut.js'
import { applyBuilt } from '../../domain/release/deployment-reports.js'
import type { ActorSnapshot, ReleaseState } from '../../domain/release/state.js'
import { anApp } from './app-definition.js'
import { commitSummary } from './commit-counts.js'

/** Fails a test whose fixture is wrong. */
export function sure<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('The fixture lacks a value')
  return value
}

/** Checks an invariant. */
export function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`Broken: ${rule}`)
}

export const person = (name: string): UserId => sure(parseUserId(`U01${name.toUpperCase()}`))
export const ALICE = person('alice')
export const BOB = person('bob')
export const CAROL = person('carol')
export const QUINN = person('quinn')
const START = Date.UTC(2026, 10, 2, 9)
/** The instant that many minutes after a Monday at nine. */
export const minute = (count: number): string => new Date(START + count * 60_000).toISOString()
export const deploymentId = (number: number): DeploymentId =>
  sure(parseDeploymentId(`dep_${String(number).padStart(26, '0')}`))
export const releaseId = (number: number): ReleaseId =>
  sure(parseReleaseId(`rel_${String(number).padStart(26, '0')}`))
export const commitOf = (number: number): CommitSha =>
  sure(parseCommitSha(number.toString(16).padStart(40, '0')))
export const digestOf = (number: number): ArtifactDigest =>
  sure(parseArtifactDigest(`sha256:${number.toString(16).padStart(64, '0')}`))
export const by = (user: ActorSnapshot['user'] = ALICE, at: string = minute(0)): ActorSnapshot => ({
  user,
  roles: ['managers'],
  name: null,
  email: null,
  at,
})

/** A candidate of release `number` for an environment, as its release would order it. */
export function anOrder(
  number: number,
  change: Partial<DeploymentRequest> & { readonly app_?: AppDefinition } = {},
): DeploymentRequest {
  const { app_: app = anApp(), ...rest } = change
  const environment = rest.environment ?? sure(parseEnvironmentName('production'))
  return {
    id: deploymentId(number),
    kind: 'promote',
    app: app.name,
    environment,
    repository: repositoryOf(app),
    candidate: {
      releaseId: releaseId(number),
      version: sure(parseVersion(`2026.11.${number}`)),
      number: 1,
      name: `2026.11.${number}-rc.1`,
    },
    commit: commitOf(number),
    artifactDigest: digestOf(number),
    artifactReference: null,
    requestedBy: ALICE,
    requestedAt: minute(number),
    rollbackOnFailedCheck: findEnvironment(app, environment)?.rollbackOnFailedCheck ?? false,
    acceptance: 'by-check',
    hotfix: false,
    configHash: app.configHash,
    override: null,
    passesFreeze: false,
    ...rest,
  }
}

/** An environment before anything was deployed there. */
export function aLane(name = 'production', app: AppDefinition = anApp()): EnvironmentState {
  return newEnvironment(app, sure(findEnvironment(app, name)))
}

/** A release just cut, its first candidate built unless `built` is false. */
export function aRelease(
  change: {
    app?: AppDefinition
    type?: string
    built?: boolean
    by?: ActorSnapshot
    requestedBy?: UserId
  } = {},
): ReleaseState {
  const { state } = cutRelease({
    id: releaseId(1),
    app: change.app ?? anApp(),
    channel: (change.app ?? anApp()).channel,
    title: 'Summer sale',
    description: '',
    type: change.type ?? 'feature',
    version: sure(parseVersion('2026.11.1')),
    commit: commitOf(1),
    commits: commitSummary(0),
    authors: [],
    overrode: [],
    override: null,
    firstDeployment: null,
    by: change.by ?? by(),
    ...(change.requestedBy === undefined ? {} : { requestedBy: change.requestedBy }),
  })
  return change.built === false
    ? state
    : applyBuilt(state, 1, { kind: 'ready', digest: digestOf(1), reference: null }, minute(0)).state
}
