/** Orders to the workflows of a lab, as the bot would give them. */
import type { UserId } from '../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import type { Outcome } from '../../domain/refusal.js'
import type { ReleaseOrders } from '../../domain/release/orders.js'
import { ALICE, by, commitOf, deploymentId, releaseId, sure } from '../support/lane.js'
import { type Lab, releaseUntil } from '../support/workflow-lab.js'

let keys = 0
/** A key no order had before. */
export const newKey = (): string => `key-${keys++}`

export const nameOf = (app: AppDefinition, name: string): AppDefinition['environments'][number]['name'] =>
  sure(findEnvironment(app, name)).name

/** Cuts release `number` of its own commit. */
export function cut(lab: Lab, app: AppDefinition, number: number, key = newKey()): Promise<Outcome> {
  const input = {
    id: releaseId(number),
    app,
    channel: app.channel,
    title: 'Summer sale',
    description: '',
    type: 'feature',
    ref: commitOf(number),
    version: `2026.11.${number}`,
    override: null,
    by: by(ALICE, new Date().toISOString()),
    firstDeployment: deploymentId(number * 100),
    draft: null,
  }
  return lab.gateway.cut(input, key)
}

/** Cuts and waits until the candidate is accepted in the first environment. */
export async function cutAndAccept(lab: Lab, app: AppDefinition, number: number): Promise<void> {
  await cut(lab, app, number)
  await releaseUntil(lab, { app, number }, (state) => state.deployments[0]?.state === 'accepted')
}

export function promote(
  lab: Lab,
  app: AppDefinition,
  to: { readonly release: number; readonly environment: string; readonly deployment: number },
): Promise<Outcome> {
  return askRelease({ lab, app, number: to.release }, 'promote', {
    deploymentId: deploymentId(to.deployment),
    candidate: 1,
    environment: to.environment,
    override: null,
    olderConfirmed: false,
    by: by(ALICE, new Date().toISOString()),
  })
}

export function decide(
  lab: Lab,
  app: AppDefinition,
  verb: 'approve' | 'accept' | 'reject',
  what: { readonly release: number; readonly deployment: number; readonly user: UserId },
): Promise<Outcome> {
  return askRelease({ lab, app, number: what.release }, verb, {
    deploymentId: deploymentId(what.deployment),
    comment: 'because',
    by: by(what.user, new Date().toISOString()),
  })
}

async function askRelease<Verb extends keyof ReleaseOrders>(
  to: { readonly lab: Lab; readonly app: AppDefinition; readonly number: number },
  verb: Verb,
  order: ReleaseOrders[Verb],
): Promise<Outcome> {
  const release = { app: to.app.name, release: releaseId(to.number) }
  return sure(await to.lab.gateway.askRelease(release, verb, { order, key: newKey() }))
}
