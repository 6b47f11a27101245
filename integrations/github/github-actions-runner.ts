import type { StageContact, StageOrder, StageRunner } from '../../domain/ports.js'
import type { StageExit } from '../../domain/stage.js'
import { pauseBetweenLooks, type RemoteLog, watchRemote } from '../stage-runners/remote-watch.js'
import type { DispatchMarks } from './dispatch-marks.js'
import type { Github, GithubPlace } from './open-github.js'

export interface ActionsRunnerOptions {
  readonly github: Github
  readonly marks: DispatchMarks
  /** Milliseconds between two polls of a run; 3 s unless given. */
  readonly pollMs?: number
  /** How long a dispatched run may take to appear before it is dispatched again; 60 s unless given. */
  readonly appearMs?: number
}

const INCONCLUSIVE = 77
const CANCEL_LOOKS = 40

/**
 * Stages as GitHub Actions workflows. A run is found by its idempotency key, which the workflow shows in its
 * `run-name: … ${{ inputs.slipway_key }}`; it is dispatched only if there is none, so a retry never starts two.
 */
export function createActionsRunner(options: ActionsRunnerOptions): StageRunner {
  return {
    kind: 'github-actions',
    execute: (order, contact) =>
      watchRemote(order, contact, async (log) => {
        const place = await placeOf(options, order)
        const run = new ActionsRun(options, place, { order, contact, log })
        return { exit: await run.follow(), outputs: {} }
      }),
  }
}

async function placeOf({ github }: ActionsRunnerOptions, order: StageOrder): Promise<GithubPlace> {
  const url = order.variables['SLIPWAY_REPOSITORY'] ?? ''
  const place = await github.at({ url })
  if (place === null)
    throw new Error(`${url || 'The repository'} is not on the GitHub that Slipway is signed in to`)
  return place
}

interface Stage {
  readonly order: StageOrder
  readonly contact: StageContact
  readonly log: RemoteLog
}

interface SeenRun {
  readonly id: number
  readonly status: string | null
  readonly conclusion: string | null
  readonly url: string
}

class ActionsRun {
  private readonly options: ActionsRunnerOptions
  private readonly place: GithubPlace
  private readonly stage: Stage
  private readonly workflow: string
  private readonly inputs: Readonly<Record<string, string>>

  constructor(options: ActionsRunnerOptions, place: GithubPlace, stage: Stage) {
    const { run } = stage.order
    if (run.kind !== 'github-actions')
      throw new Error(`The Actions runner was given a stage of kind ${run.kind}`)
    this.options = options
    this.place = place
    this.stage = stage
    this.workflow = run.workflow
    this.inputs = run.inputs
  }

  async follow(): Promise<StageExit> {
    const { order, contact, log } = this.stage
    const endsAt = performance.now() + order.timeoutMs
    let run = await this.findOrDispatch()
    await log.say(`GitHub Actions run ${run.id}: ${run.url}`)
    let said = ''
    while (run.status !== 'completed') {
      if (contact.cancelled.aborted) return this.end(run, { kind: 'cancelled' })
      if (performance.now() >= endsAt) return this.end(run, { kind: 'timed-out', afterMs: order.timeoutMs })
      if (run.status !== null && run.status !== said) await log.say(run.status)
      said = run.status ?? said
      await pauseBetweenLooks(order, contact, this.options.pollMs ?? 3_000)
      run = await this.look(run.id)
    }
    await log.say(`completed: ${run.conclusion ?? 'without a conclusion'}`)
    return exitOf(run.conclusion)
  }

  /** A dispatched run is waited for, because it appears some seconds after the request. */
  private async findOrDispatch(): Promise<SeenRun> {
    const { order, contact } = this.stage
    const { marks, pollMs = 3_000, appearMs = 60_000 } = this.options
    for (;;) {
      const since = await marks.since(order.key)
      const found = await this.find()
      if (found) return found
      if (since === null || Date.now() - since > appearMs) {
        await marks.mark(order.key)
        await this.dispatch()
      }
      await pauseBetweenLooks(order, contact, pollMs)
    }
  }

  private async dispatch(): Promise<void> {
    const { octokit, owner, repo } = this.place
    const { order } = this.stage
    const said = (name: string): string => order.variables[`SLIPWAY_${name}`] ?? ''
    await octokit.rest.actions.createWorkflowDispatch({
      owner,
      repo,
      workflow_id: this.workflow,
      ref: said('TRUNK') || 'main',
      inputs: {
        ...this.inputs,
        slipway_key: order.key,
        slipway_stage: order.stage,
        slipway_commit: said('COMMIT'),
        slipway_environment: said('ENVIRONMENT'),
        slipway_version: said('VERSION'),
        slipway_artifact: said('ARTIFACT_REFERENCE') || said('ARTIFACT_DIGEST'),
      },
    })
    await this.stage.log.say(`dispatched ${this.workflow}`)
  }

  private async find(): Promise<SeenRun | null> {
    const { octokit, owner, repo } = this.place
    const { data } = await octokit.rest.actions.listWorkflowRuns({
      owner,
      repo,
      workflow_id: this.workflow,
      event: 'workflow_dispatch',
      per_page: 100,
    })
    const { key } = this.stage.order
    const run = data.workflow_runs.find((one) =>
      (one.display_title ?? one.name ?? '').split(/\s+/).includes(key),
    )
    return run ? seen(run) : null
  }

  private async look(id: number): Promise<SeenRun> {
    const { octokit, owner, repo } = this.place
    const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: id })
    return seen(data)
  }

  /** Cancels the run and waits until GitHub reports its end, so that nothing of it continues unnoticed. */
  private async end(run: SeenRun, exit: StageExit): Promise<StageExit> {
    const { octokit, owner, repo } = this.place
    // A run that has just ended refuses it; whether it ended is asked next.
    await Promise.allSettled([octokit.rest.actions.cancelWorkflowRun({ owner, repo, run_id: run.id })])
    for (let looks = 0; looks < CANCEL_LOOKS; looks++) {
      const now = await this.look(run.id)
      if (now.status === 'completed') break
      await new Promise((resolve) => {
        setTimeout(resolve, this.options.pollMs ?? 3_000)
      })
    }
    await this.stage.log.say(`ended the run: ${exit.kind}`)
    return exit
  }
}

const seen = (run: {
  readonly id: number
  readonly status: string | null
  readonly conclusion: string | null
  readonly html_url: string
}): SeenRun => ({ id: run.id, status: run.status, conclusion: run.conclusion, url: run.html_url })

function exitOf(conclusion: string | null): StageExit {
  if (conclusion === 'success') return { kind: 'exited', code: 0 }
  // For a check somebody has to look. For every other stage it is a failure like any other.
  if (conclusion === 'neutral') return { kind: 'exited', code: INCONCLUSIVE }
  return { kind: 'exited', code: 1 }
}
