/** The beginning of an environment, and the end of a deployment that did not say how it ended. */
import { ApplicationFailure, type CancellationScope } from '@temporalio/workflow'
import type { DeploymentResult } from '../domain/environment/attempt-end.js'
import { previewDefinition } from '../domain/environment/preview.js'
import { newEnvironment } from '../domain/environment/record.js'
import type { EnvironmentState, LaneEntry } from '../domain/environment/state.js'
import { findEnvironment } from '../domain/pipeline.js'
import type { EnvironmentInput } from './messages.js'

/** As configured, or like previews are; nothing was ever deployed there. */
export function firstState(input: EnvironmentInput): EnvironmentState {
  const definition = findEnvironment(input.app, input.name) ?? previewDefinition(input.app, input.name, null)
  if (definition) return newEnvironment(input.app, definition)
  throw ApplicationFailure.nonRetryable(`${input.app.name} has no environment ${input.name}`, 'ConfigInvalid')
}

/** A child that was cancelled before it began, or ended by an operator. */
export function lostChild(
  error: unknown,
  scope: CancellationScope,
  runs: LaneEntry['attempt']['runs'],
): DeploymentResult {
  if (scope.consideredCancelled) return { kind: 'aborted', touched: false, stage: null, runs }
  const message = error instanceof Error ? error.message : String(error)
  return {
    kind: 'failed',
    stage: null,
    failure: { kind: 'fault', message },
    touched: true,
    runs,
    setup: null,
  }
}
