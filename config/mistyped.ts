import { nearest } from '../domain/nearest.js'
import { keepVariables } from './read-retention.js'
import type { SettingProblem } from './variables.js'

const ownVariables = [
  'CONFIG HTTP_PORT HTTP_HOST SLACK_PORT DATA ARTIFACTS ARTIFACTS_SHARED CACHE PUBLIC_URL API_TOKEN LOG_LEVEL',
  'WEBHOOK_SECRET BUILDS STAGES WORKFLOW_CACHE GIT_COMMITTER GIT_SIGNING_KEY SANDBOX SANDBOX_UIDS DATABASE_PASSWORD',
  'RUNS_ON BUILD_ID SECRETS_FD TASK_QUEUE_PREFIX TEMPORAL_SEARCH_ATTRIBUTES TEMPORAL_METRICS_PORT ENCRYPTION_KEYS LEAST_FREE_GIB LEAST_FREE_PERCENT',
]
  .flatMap((line) => line.split(' '))
  .concat(keepVariables)
  .map((name) => `SLIPWAY_${name}`)
/** Slipway sets these for its stages, so they are present when a stage starts a Slipway. */
const stageVariables =
  'APP VERSION CANDIDATE COMMIT ENVIRONMENT STAGE DEPLOYMENT ATTEMPT IDEMPOTENCY_KEY FENCE ARTIFACT_DIR ARTIFACT_DIGEST WORKSPACE OUTPUT'
    .split(' ')
    .map((name) => `SLIPWAY_${name}`)

/** Reports misspelt names of Slipway's own variables, which would otherwise be silently ignored. */
export function findMistyped(env: NodeJS.ProcessEnv): SettingProblem[] {
  const known = new Set([...ownVariables, ...stageVariables])
  return Object.keys(env)
    .filter((name) => name.startsWith('SLIPWAY_') && !name.startsWith('SLIPWAY_SETUP_') && !known.has(name))
    .flatMap((variable) => {
      const [meant] = nearest(
        variable.slice('SLIPWAY_'.length),
        ownVariables.map((name) => name.slice('SLIPWAY_'.length)),
      )
      return meant === undefined
        ? []
        : [{ variable, message: 'is unknown', fix: `did you mean SLIPWAY_${meant}?` }]
    })
}
