/** The states of builds and deployments shown on GitHub. Only the newest counts: it is read when it is sent. */
import { unreachable } from '../../../domain/exhaustive.js'
import type { DeploymentFacts, ShownState, StatusState } from '../../../domain/forge/reports.js'

/** A state with its description of at most 140 characters, the forge's limit. */
export interface Shown<State> {
  readonly state: State
  readonly says: string
}

const shown = <State>(state: State, says: string): Shown<State> => ({ state, says: says.slice(0, 140) })

export function buildStatus(state: 'running' | 'succeeded' | 'failed'): Shown<StatusState> {
  switch (state) {
    case 'running':
      return shown('pending', 'It is being built')
    case 'succeeded':
      return shown('success', 'Built once; these bytes are what is deployed')
    case 'failed':
      return shown('failure', 'The build failed')
    default:
      return unreachable(state)
  }
}

/** The status of a commit in an environment: once judged good there, it stays green. */
export function environmentStatus({
  state,
  started,
  failedStage,
  name,
}: DeploymentFacts): Shown<StatusState> {
  switch (state) {
    case 'prepared':
      return shown('pending', `${name} is prepared and waits for its gates`)
    case 'queued':
      return shown('pending', `${name} waits in line`)
    case 'running':
      return shown('pending', `${name} is being deployed`)
    case 'awaiting_acceptance':
      return shown('pending', `${name} runs here and waits for acceptance`)
    case 'accepted':
      return shown('success', `${name} was deployed and accepted`)
    case 'failed':
      return shown('failure', `${name} failed at ${failedStage ?? 'the start'}`)
    case 'rejected':
      return shown('failure', started ? `${name} was rejected` : `${name} was not approved`)
    case 'superseded':
      return started && failedStage === null
        ? shown('success', `${name} was deployed; something newer runs here since`)
        : shown('error', `${name} was overtaken by something newer`)
    case 'aborted':
      return shown('error', `${name} was aborted`)
    default:
      return unreachable(state)
  }
}

/** Null while nothing has started. The forge ignores `inactive` for a deployment that was never shown. */
export function shownDeployment(facts: DeploymentFacts): Shown<ShownState> | null {
  const { state, started, failedStage, current, name } = facts
  switch (state) {
    case 'prepared':
      return null
    case 'queued':
      return shown('queued', `${name} waits in line`)
    case 'running':
      return shown('in_progress', `${name} is being deployed`)
    case 'failed':
      return shown('failure', `${name} failed at ${failedStage ?? 'the start'}`)
    case 'awaiting_acceptance':
    case 'accepted':
      return current ? shown('success', `${name} runs here`) : replaced(name)
    case 'rejected':
      return started && current ? shown('failure', `${name} was rejected`) : replaced(name)
    case 'superseded':
      return replaced(name)
    case 'aborted':
      return started ? shown('error', `${name} was aborted`) : replaced(name)
    default:
      return unreachable(state)
  }
}

const replaced = (name: string): Shown<ShownState> => shown('inactive', `${name} does not run here any more`)
