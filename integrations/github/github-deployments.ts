/** A deployment on GitHub: found by Slipway's id in its payload or created, then given its state. */
import type { DeploymentToShow } from '../../domain/forge/reports.js'
import type { GithubPlace } from './open-github.js'

const TASK = 'slipway'

/** GitHub's id of the deployment; null if there is none and its state would only end it. */
export async function showOnGithub(place: GithubPlace, deployment: DeploymentToShow): Promise<string | null> {
  const { octokit, owner, repo } = place
  const { state, description, url, logUrl } = deployment
  const known = deployment.remoteId ?? (await find(place, deployment))
  if (known === null && state === 'inactive') return null
  const id = known ?? (await create(place, deployment))
  await octokit.rest.repos.createDeploymentStatus({
    owner,
    repo,
    deployment_id: Number(id),
    state,
    description,
    // Slipway itself deactivates what no longer runs, also in production, where GitHub would not.
    auto_inactive: false,
    ...(url === null ? {} : { environment_url: url }),
    ...(logUrl === null ? {} : { log_url: logUrl }),
  })
  return id
}

/** Finds one whose creation was not answered: otherwise a second would exist beside it permanently. */
async function find(place: GithubPlace, deployment: DeploymentToShow): Promise<string | null> {
  const { octokit, owner, repo } = place
  const { commit: sha, environment } = deployment
  const found = await octokit.paginate(octokit.rest.repos.listDeployments, {
    ...{ owner, repo, sha, environment, task: TASK, per_page: 100 },
  })
  const ours = found.find(({ payload }) => slipwayId(payload) === deployment.id)
  return ours ? String(ours.id) : null
}

/** GitHub returns a payload as it was sent, or as its JSON. */
function slipwayId(payload: unknown): unknown {
  if (typeof payload === 'string') {
    try {
      return slipwayId(JSON.parse(payload))
    } catch {
      return null
    }
  }
  return typeof payload === 'object' && payload !== null && 'slipway' in payload ? payload.slipway : null
}

async function create(place: GithubPlace, deployment: DeploymentToShow): Promise<string> {
  const { octokit, owner, repo } = place
  const { id, app, commit, environment, production, transient } = deployment
  const { data } = await octokit.rest.repos.createDeployment({
    ...{ owner, repo, ref: commit, task: TASK, environment },
    // No checks are required: it has already started, whatever the checks of the commit say now.
    auto_merge: false,
    required_contexts: [],
    payload: { slipway: id, app },
    production_environment: production,
    transient_environment: transient,
  })
  if ('id' in data) return String(data.id)
  throw new Error(`GitHub did not make the deployment: ${data.message ?? 'no reason given'}`)
}
