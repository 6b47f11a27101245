/**
 * Which orders wait for each other: those with the same key are executed one after the other, in the order they were given. A
 * release named by a word whose meaning changes (`latest`, `rc.1`) waits for the cuts of its app.
 */
import { unreachable } from '../../../domain/exhaustive.js'
import type { AppName } from '../../../domain/identifiers.js'
import type { DeploymentRef, ReleaseRef } from '../../../domain/intent.js'
import { namesVersion, normaliseRelease } from '../../commands/release-words.js'

export const appKey = (app: AppName): string => `app/${app}`

export const environmentKey = ({
  app,
  environment,
}: {
  readonly app: AppName
  readonly environment: string
}): string => `environment/${app}/${environment}`

export function releaseKey(app: AppName, ref: ReleaseRef): string {
  if (ref.kind === 'id') return `release/${app}/${ref.releaseId}`
  // All candidates of a version belong to one release.
  return namesVersion(ref.text)
    ? `release/${app}/${normaliseRelease(ref.text).replace(/-rc\.\d+$/, '')}`
    : appKey(app)
}

export function deploymentKey(app: AppName, ref: DeploymentRef): string {
  switch (ref.kind) {
    case 'id':
      return `deployment/${ref.deploymentId}`
    case 'of-release':
      return releaseKey(app, ref.release)
    case 'in-environment':
      return environmentKey({ app, environment: ref.environment })
    default:
      return unreachable(ref)
  }
}
