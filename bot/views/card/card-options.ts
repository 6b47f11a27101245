import type { AppName, CommitSha, DeploymentId, UserId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ReleaseView } from '../../../domain/views.js'

/** URLs a card may link to; null where there is none that a reader could open. */
export interface CardLinks {
  readonly deploymentLog: (id: DeploymentId) => string | null
  readonly buildLog: (app: AppName, commit: CommitSha) => string | null
  readonly workflow: (view: ReleaseView) => string | null
}

export interface CardOptions {
  /** The slash command's name, with its slash. */
  readonly command: string
  readonly links: CardLinks
  /** The app's current definition: levels and gates. Without it, position stands for level. */
  readonly definition?: AppDefinition | null
  /** The current holders of a role, to name them; empty when unknown. */
  readonly people?: (role: string) => readonly UserId[]
}
