/** An environment's definition is looked up by its configuration's hash; its commands and variables are read when they run. */
import { ApplicationFailure } from '@temporalio/activity'
import { previewDefinition } from '../../domain/environment/preview.js'
import type { AppName } from '../../domain/identifiers.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment } from '../../domain/pipeline.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { DefinitionKey } from './index.js'

/**
 * The stages of one configuration, with the variables, secrets and setup requirement of another. Fails permanently, with a
 * sentence, when either is not stored or does not have the environment.
 */
export async function readDefinition(
  store: Pick<ReleaseStore, 'readConfigured'>,
  { app, environment, configHash, variablesOf }: DefinitionKey,
): Promise<EnvironmentDefinition> {
  const definitionIn = async (hash: string): Promise<EnvironmentDefinition> => {
    const configured = await store.readConfigured(hash, app)
    if (configured === null) throw unknown(app, hash)
    return definedIn(configured, environment)
  }
  const stages = await definitionIn(configHash)
  if (variablesOf === configHash) return stages
  const { variables, secrets, requireSetup } = await definitionIn(variablesOf)
  return { ...stages, variables, secrets, requireSetup }
}

/** A configured environment, or the definition of its previews. */
function definedIn(app: AppDefinition, name: DefinitionKey['environment']): EnvironmentDefinition {
  const definition = findEnvironment(app, name) ?? previewDefinition(app, name, null)
  if (definition) return definition
  const message = `${app.name} had no environment ${name} in the configuration ${app.configHash.slice(0, 12)}`
  throw ApplicationFailure.nonRetryable(message, 'ConfigInvalid')
}

function unknown(app: AppName, hash: string): ApplicationFailure {
  const message = `The configuration ${hash.slice(0, 12)} of ${app} is not stored: deploy it again by a newer one`
  return ApplicationFailure.nonRetryable(message, 'ConfigInvalid')
}
