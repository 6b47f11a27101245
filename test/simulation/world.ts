/** The whole simulation: workflows as actors, messages between them, the record, and faults. */

import type { DeliveryState } from '../../domain/delivery/state.js'
import type { Judgement } from '../../domain/environment/attempt-end.js'
import { previewDefinition } from '../../domain/environment/preview.js'
import type { PreviewPlaces } from '../../domain/environment/preview-places.js'
import { newEnvironment } from '../../domain/environment/record.js'
import type {
  DeploymentRequest,
  EnvironmentReport,
  EnvironmentState,
} from '../../domain/environment/state.js'
import {
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  parseEnvironmentName,
  type ReleaseId,
} from '../../domain/identifiers.js'
import { findEnvironment } from '../../domain/pipeline.js'
import { noMerges } from '../../domain/ports.js'
import type { Outcome } from '../../domain/refusal.js'
import type { PickResult } from '../../domain/release/picking.js'
import type { ReleaseState } from '../../domain/release/state.js'
import { missingReports } from '../../domain/release/written.js'
import type { StoredState } from '../../domain/stored-state.js'
import { anApp } from '../support/app-definition.js'
import { commitCount, commitSummary } from '../support/commit-counts.js'
import { commitOf, deploymentId, minute, must, sure } from '../support/lane.js'
import type { Actor } from './actor.js'
import { type Chance, chanceOf } from './chance.js'
import { DeliveryActor } from './delivery-actor.js'
import { EnvironmentActor } from './environment-actor.js'
import { Post } from './post.js'
import { PreviewsActor } from './previews-actor.js'
import { Record } from './record.js'
import { ReleaseActor } from './release-actor.js'
import type { Preview, Setting } from './setting.js'

export const MOST_PREVIEWS = 2

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p }, check: { run: c } }
      - { name: staging, accept: { from: [qa] }, patch: { run: p }, check: { run: c } }
      - name: production
        approve: { from: [managers], count: 1, fourEyes: true }
        rollbackOnFailedCheck: true
        patch: { run: p }
        check: { run: c }`,
  more: `    previews: { like: integration, most: ${MOST_PREVIEWS}, expires: 7d }`,
})

export class World implements Setting {
  readonly app = app
  readonly chance: Chance
  readonly post: Post
  readonly record = new Record()
  readonly environments = new Map<string, EnvironmentActor>()
  readonly releases = new Map<ReleaseId, ReleaseActor>()
  private owner: PreviewsActor | null = null
  private branch: DeliveryActor | null = null
  /** The commit of the last good attempt in each environment. */
  readonly runsIn = new Map<string, CommitSha>()
  private readonly atWork = new Map<string, string>()
  private readonly begun = new Set<string>()
  private unended: { readonly of: object; readonly end: () => void }[] = []
  now = 0
  commits = 1
  private deployments = 0
  private moments = 0

  constructor(seed: number) {
    this.chance = chanceOf(seed)
    this.post = new Post(this.chance)
  }

  at = (): string => minute(this.now)
  /** Each later than the one before. */
  moment = (): string => new Date(Date.parse(this.at()) + ++this.moments).toISOString()
  newDeployment = (): DeploymentId => deploymentId(++this.deployments)

  /** The head of trunk. */
  get head(): CommitSha {
    return commitOf(this.commits)
  }

  /** Started if it does not run: from its record, if it has one. */
  environment(name: string): EnvironmentActor {
    const running = this.environments.get(name)
    if (running) return running
    const recorded = this.recorded<EnvironmentState>(`environment/${name}`)
    const id = sure(parseEnvironmentName(name))
    const definition = findEnvironment(app, name) ?? sure(previewDefinition(app, id, name))
    const state = recorded ?? newEnvironment(app, definition)
    const actor = new EnvironmentActor(this, state, recorded !== null)
    this.environments.set(name, actor)
    return actor
  }

  previews(): PreviewsActor {
    this.owner ??= new PreviewsActor(this, this.recorded<PreviewPlaces>('previews'))
    return this.owner
  }

  delivery(): DeliveryActor {
    this.branch ??= new DeliveryActor(this, this.recorded<DeliveryState>('delivery'))
    return this.branch
  }

  /** Like the reconciler with an open release whose workflow is lost. */
  restore(id: ReleaseId): ReleaseActor | null {
    const running = this.releases.get(id)
    if (running) return running
    const recorded = this.recorded<ReleaseState>(`release/${id}`)
    if (recorded === null) return null
    const actor = new ReleaseActor(this, recorded, true)
    this.releases.set(id, actor)
    return actor
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  private recorded<State extends StoredState>(id: string): State | null {
    const state = this.record.states.get(id) as State | undefined
    return state === undefined ? null : { ...state, run: state.run + 1 }
  }

  /** Its workflow is terminated from outside, with everything that it had not sent yet. */
  end(actor: Actor<never>): void {
    for (const [name, one] of this.environments)
      if (one === (actor as unknown)) this.environments.delete(name)
    for (const [id, one] of this.releases) if (one === (actor as unknown)) this.releases.delete(id)
    if (this.owner === (actor as unknown)) this.owner = null
    if (this.branch === (actor as unknown)) this.branch = null
    if (actor instanceof EnvironmentActor) this.atWork.delete(actor.state.name)
    this.unended = this.unended.filter(({ of }) => of !== actor)
  }

  get actors(): readonly Actor<never>[] {
    const all = [...this.environments.values(), ...this.releases.values(), this.owner, this.branch]
    return all.filter((one) => one !== null) as unknown as readonly Actor<never>[]
  }

  /** Work that takes time ends at some time, if the workflow that began it still runs. */
  later(of: object, end: () => void): void {
    this.unended.push({ of, end })
  }

  get hasUnended(): boolean {
    return this.unended.length > 0
  }

  endOne(): void {
    const one = this.chance.oneOf(this.unended)
    this.unended = this.unended.filter((other) => other !== one)
    one?.end()
  }

  enqueue(order: DeploymentRequest): void {
    this.post.send(() => this.environment(order.environment).enqueue(order))
  }

  judge(environment: string, judgement: Judgement): void {
    this.post.send(() => this.environment(environment).judged(judgement))
  }

  /** A lost release receives nothing. */
  report(from: string, report: EnvironmentReport): void {
    const tell = (): void => this.releases.get(report.release)?.report(report)
    this.post.sendInLine(`${from} ${report.release}`, tell)
    // From a sender that was delayed and sent it again long after.
    if (!this.post.calm && this.chance.onceIn(10)) this.post.send(tell)
  }

  claim(name: EnvironmentName): void {
    this.post.sendInLine(`${name} previews`, () => this.previews().claim(name, MOST_PREVIEWS))
  }

  free(name: EnvironmentName): void {
    this.post.sendInLine(`${name} previews`, () => this.previews().free(name))
  }

  /** A lost environment receives nothing. */
  tellPreview(from: string, name: EnvironmentName, tell: (preview: Preview) => void): void {
    this.post.sendInLine(`${from} ${name}`, () => {
      const preview = this.environments.get(name)
      if (preview) tell(preview)
    })
  }

  /** A stage begins: nothing else runs there, and it never began before. */
  begin(environment: string, key: string): void {
    must(
      !this.atWork.has(environment),
      `one at a time in ${environment}: ${key} and ${this.atWork.get(environment)}`,
    )
    must(!this.begun.has(key), `${key} begins once`)
    this.begun.add(key)
    this.atWork.set(environment, key)
  }

  over(environment: string): void {
    this.atWork.delete(environment)
  }

  pickResult(state: ReleaseState): PickResult {
    const commit = commitOf(1_000 + ++this.commits)
    return {
      ...{
        kind: 'picked',
        head: commit,
        picked: [commit],
        alreadyContained: [],
        authors: [],
        merges: noMerges,
      },
      ...{ confirmed: [], overrode: [], branch: `release/v${state.version}` },
      gained: commitCount(1),
      contents: commitSummary(1),
    }
  }

  /** Like the reconciler each minute with workflows that are not lost. */
  reconcile(): void {
    const open = [...this.record.rows.values()].filter(
      ({ state }) => state === 'queued' || state === 'running',
    )
    for (const environment of this.environments.values())
      environment.repair(open.filter((row) => row.environment === environment.state.name).map(({ id }) => id))
    for (const [id, release] of this.releases) {
      if (!release.runs) continue
      const deployments = missingReports(release.state, this.record.written(id))
      if (deployments.length > 0) release.report({ release: id, at: null, deployments })
    }
  }

  readonly answers = new Map<string, Outcome>()

  /** Every answer to the same order is the same. */
  answered(key: string, outcome: Outcome): void {
    const before = this.answers.get(key)
    must(
      before === undefined || JSON.stringify(before) === JSON.stringify(outcome),
      `${key} was answered ${JSON.stringify(before)} and ${JSON.stringify(outcome)}`,
    )
    this.answers.set(key, outcome)
  }
}
