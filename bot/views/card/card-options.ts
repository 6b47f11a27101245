import type { AppName, CommitSha, DeploymentId, UserId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ReleaseView } from '../../../domain/views.js'

/** Addresses a card may point to; null where there is none a reader could open. */
export interface CardLinks {
  readonly deploymentLog: (id: DeploymentId) => string | null
  readonly buildLog: (app: AppName, commit: CommitSha) => string | null
  readonly workflow: (view: ReleaseView) => string | null
}

export interface CardOptions {
  /** The slash command's name, with its slash. */
  readonly command: string
  readonly links: CardLinks
  /** The app as it is configured now: levels and what gates what. Without it, position stands for level. */
  readonly definition?: AppDefinition | null
  /** Who holds a role now, to name them; nobody when it is not known. */
  readonly people?: (role: string) => readonly UserId[]
}
