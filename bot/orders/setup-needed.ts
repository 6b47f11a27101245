/** Checks whether an environment needs setup before a candidate can be deployed (S2.9, S2.23). */

import { isSetupRequired } from '../../domain/environment/record.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { SetupNeed } from '../../domain/reasons.js'
import type { ReleaseView } from '../../domain/views.js'
import { type Handling, Refused } from './handling.js'

type Asking = Pick<Handling<unknown>, 'context'>

/**
 * Refuses a promotion that the environment would reject before its first stage; nothing is queued, linked or counted. The attempt
 * itself makes the final check, also when git or the environment does not answer in time.
 */
export async function refuseUnprepared(
  handling: Asking,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly view: ReleaseView
    readonly candidate: number
    readonly given: Pick<IntentOf<'promote'>, 'override' | 'reason' | 'olderConfirmed'>
  },
): Promise<void> {
  const { app, environment, view, given } = about
  const { override, reason, olderConfirmed } = given
  const found = view.candidates.find(({ number }) => number === about.candidate)
  if (environment.requireSetup !== 'refuse' || found === undefined) return
  const state = await handling.context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  const because = await setupNeeded(handling, { app, environment, state, commit: found.commit })
  if (because === null) return
  throw new Refused({
    ...{ code: 'setup-required', app: app.name, environment: environment.name, because },
    promotion: {
      ...{ candidate: found.name, releaseId: view.id, number: found.number },
      ...{ override, reason, olderConfirmed },
    },
  })
}

/** Why setup would have to run before this commit's patch; null when it would not, or when it cannot be determined. */
export async function setupNeeded(
  { context }: Asking,
  of: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly state: EnvironmentState | null
    readonly commit: CommitSha
  },
): Promise<SetupNeed | null> {
  const { app, environment, state, commit } = of
  if (environment.stages.setup === null) return null
  // An environment without state was never set up.
  if (state === null || state.setup === null) return 'never'
  if (state.variables.applied !== state.variables.version) return 'variables'
  const { template } = environment
  const applied = state.setup.template
  if (template === null && applied === null) return null
  const textAt = (path: string | null, at: CommitSha): Promise<string | null> =>
    path === null ? Promise.resolve(null) : context.lookups.fileAt(app, at, path)
  try {
    const now = await textAt(template, commit)
    return now === (await textAt(applied, state.setup.commit)) ? null : 'template'
  } catch {
    return isSetupRequired(state) ? 'content' : null
  }
}
