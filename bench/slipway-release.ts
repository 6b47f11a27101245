/** One release through all of its environments, ordered through the gateway like the bot does. */
import { setTimeout as delay } from 'node:timers/promises'
import { ulid } from 'ulid'
import {
  type DeploymentId,
  parseDeploymentId,
  parseReleaseId,
  parseUserId,
  type ReleaseId,
} from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { Outcome } from '../domain/refusal.js'
import type { ActorSnapshot } from '../domain/release/state.js'
import { untilAnswered } from '../test/support/until-answered.js'
import type { World } from './world.js'

const PATIENCE_MS = 300_000

export interface Released {
  readonly id: ReleaseId
  readonly version: string
  readonly deployments: readonly DeploymentId[]
  readonly ms: number
}

/** `ordered` is called for every update except the cut. */
export async function releaseBySlipway(
  world: World,
  app: AppDefinition,
  ordered: () => void,
): Promise<Released> {
  const start = performance.now()
  const id = sure(parseReleaseId(`rel_${ulid()}`))
  const first = mintDeployment()
  const cut = {
    id,
    app,
    channel: app.channel,
    title: 'Measured',
    description: '',
    type: 'feature',
    ref: null,
  }
  const rest = { version: null, override: null, by: evidence(), firstDeployment: first, draft: null }
  await inHand(world, `cut/${id}`)
  expectDone(await answered(() => world.gateway.cut({ ...cut, ...rest }, `cut/${id}`)))
  const deployments = [first]
  for (const [index, { name }] of app.environments.entries()) {
    const deploymentId = index === 0 ? first : mintDeployment()
    if (index > 0) {
      ordered()
      deployments.push(deploymentId)
      await promote(world, { app, id, deploymentId }, name)
    }
    const state = await reached(world, { app, id, deploymentId }, ['awaiting_acceptance', 'accepted'])
    if (state !== 'awaiting_acceptance') continue
    ordered()
    await accept(world, { app, id, deploymentId })
  }
  const version = await recorded(world, id)
  return { id, version, deployments, ms: performance.now() - start }
}

/** A workflow accepts only orders that a bot is processing, so the order is put into the inbox as claimed. */
export async function inHand({ stack }: World, key: string): Promise<void> {
  const { user } = evidence()
  await stack.database.db
    .insertInto('inbox')
    .values({
      ...{ key, workflow_key: key, intent: '{}', actor: JSON.stringify({ user }), reply: '{}' },
      claimed_by: 'bench',
    })
    .execute()
}

async function promote(world: World, { app, id, deploymentId }: Looked, environment: string): Promise<void> {
  const order = {
    deploymentId,
    candidate: 1,
    environment,
    override: null,
    olderConfirmed: true,
    by: evidence(),
  }
  const to = { app: app.name, release: id }
  const key = `promote/${deploymentId}`
  await inHand(world, key)
  expectDone(sure(await answered(() => world.gateway.askRelease(to, 'promote', { order, key }))))
}

async function accept(world: World, { app, id, deploymentId }: Looked): Promise<void> {
  const order = { deploymentId, comment: null, by: evidence() }
  const to = { app: app.name, release: id }
  const key = `accept/${deploymentId}`
  await inHand(world, key)
  expectDone(sure(await answered(() => world.gateway.askRelease(to, 'accept', { order, key }))))
}

/** As the release itself knows it: the environment's record may be a moment ahead. */
async function reached(
  world: World,
  { app, id, deploymentId }: Looked,
  wanted: readonly string[],
): Promise<string> {
  return look(world, `${deploymentId} to be ${wanted.join(' or ')}`, async () => {
    const state = await answered(() => world.gateway.readRelease(app.name, id))
    const found = state?.deployments.find((one) => one.id === deploymentId)?.state
    return found !== undefined && wanted.includes(found) ? found : null
  })
}

interface Looked {
  readonly app: AppDefinition
  readonly id: ReleaseId
  readonly deploymentId: DeploymentId
}

/** A release has ended when its record says so. */
async function recorded(world: World, id: ReleaseId): Promise<string> {
  return look(world, `${id} to be released`, async () => {
    const row = await world.stack.database.db
      .selectFrom('releases')
      .select(['state', 'version'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.state === 'released' ? row.version : null
  })
}

/** A query of the gateway times out after ten seconds; so many queries give the usual wait. */
const MOST_QUESTIONS = PATIENCE_MS / 10_000

const answered = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => untilAnswered(ask, MOST_QUESTIONS)

/** Polls at the world's interval, the same for everything measured in it. */
export async function look<Value>(
  { lookMs }: Pick<World, 'lookMs'>,
  what: string,
  see: () => Promise<Value | null>,
): Promise<Value> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const seen = await see()
    if (seen !== null) return seen
    await delay(lookMs)
  }
  throw new Error(`Waited in vain for ${what}`)
}

function expectDone(outcome: Outcome): void {
  if (outcome.kind !== 'done') throw new Error(`Refused: ${JSON.stringify(outcome.refusal)}`)
}

function evidence(): ActorSnapshot {
  return {
    user: sure(parseUserId('U01ALICE')),
    roles: ['everyone'],
    name: null,
    email: null,
    at: new Date().toISOString(),
  }
}

const mintDeployment = (): DeploymentId => sure(parseDeploymentId(`dep_${ulid()}`))

/** Throws if there is no value. */
export function sure<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('A value is missing')
  return value
}
