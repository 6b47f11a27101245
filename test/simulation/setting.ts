/** The world as actors see it. */
import type { Judgement } from '../../domain/environment/attempt-end.js'
import type { PlaceReport } from '../../domain/environment/preview-places.js'
import type { DeploymentRequest, EnvironmentReport } from '../../domain/environment/state.js'
import type { CommitSha, DeploymentId, EnvironmentName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { PickResult } from '../../domain/release/picking.js'
import type { ReleaseState } from '../../domain/release/state.js'
import type { Chance } from './chance.js'
import type { Post } from './post.js'
import type { Record } from './record.js'

/** What the owner of the places tells a preview. */
export interface Preview {
  placed(place: PlaceReport): void
  /** Null: its branch is gone. */
  branch(commit: CommitSha | null): void
}

export interface Setting {
  readonly app: AppDefinition
  readonly chance: Chance
  readonly post: Post
  readonly record: Record
  /** The commit of the last good attempt in each environment. */
  readonly runsIn: Map<string, CommitSha>
  /** The head of trunk. */
  readonly head: CommitSha
  at(): string
  /** Each later than the one before. */
  moment(): string
  newDeployment(): DeploymentId
  /** Work that takes time ends at some time, if the workflow that began it still runs. */
  later(of: object, end: () => void): void
  enqueue(order: DeploymentRequest): void
  judge(environment: string, judgement: Judgement): void
  report(from: string, report: EnvironmentReport): void
  claim(name: EnvironmentName): void
  free(name: EnvironmentName): void
  tellPreview(from: string, name: EnvironmentName, tell: (preview: Preview) => void): void
  /** A stage begins and ends: nothing else runs there, and it never began before. */
  begin(environment: string, key: string): void
  over(environment: string): void
  pickResult(state: ReleaseState): PickResult
}
