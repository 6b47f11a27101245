import type { GithubDefinition } from '../domain/forge/definition.js'
import type { AppName } from '../domain/identifiers.js'
import type { EnvironmentDefinition } from '../domain/pipeline.js'
import { defaults } from './defaults.js'
import type { GithubInput } from './schema-github.js'

/** What the group inherits from its app. */
export interface AroundGithub {
  readonly app: AppName
  readonly environments: readonly EnvironmentDefinition[]
  /** Whether another app uses the same repository; the status names then distinguish them. */
  readonly shared: boolean
}

export function buildGithub(input: GithubInput, around: AroundGithub): GithubDefinition {
  const { comments = false, requiredChecks = [], context, ...flags } = input
  const usual = around.shared ? `${defaults.github.context}/${around.app}` : defaults.github.context
  return {
    ...reported(flags),
    context: context ?? usual,
    comments: commented(comments, around.environments),
    requiredChecks: [...new Set(requiredChecks)],
  }
}

type Flags = Pick<GithubDefinition, 'statuses' | 'deployments' | 'releases' | 'logLinks'>

const reported = (input: Pick<GithubInput, keyof Flags>): Flags => ({
  statuses: input.statuses ?? true,
  deployments: input.deployments ?? true,
  releases: input.releases ?? true,
  logLinks: input.logLinks ?? true,
})

function commented(
  comments: NonNullable<GithubInput['comments']>,
  environments: readonly EnvironmentDefinition[],
): GithubDefinition['comments'] {
  if (typeof comments !== 'boolean') return comments
  const last = Math.max(...environments.map(({ level }) => level))
  return comments ? environments.filter(({ level }) => level === last).map(({ name }) => name) : []
}
