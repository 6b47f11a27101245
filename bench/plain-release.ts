/** The same calls as a recorded release, made by a plain workflow under names of its own. */
import { ulid } from 'ulid'
import { z } from 'zod'
import { recordSent } from '../db/sent-orders.js'
import { parseUserId } from '../domain/identifiers.js'
import { type PlainCall, type PlainStep, plainUpdate, plainWaiting } from './plain.workflow.js'
import { inHand, look, type Released, releaseBySlipway, sure } from './slipway-release.js'
import type { Taped } from './tape.js'
import { PLAIN_QUEUE, type World } from './world.js'

/** A recorded release: its names, and the calls of its workflows in order. */
export interface Recording {
  readonly app: string
  readonly released: Released
  /** What ran in its environments before, lowest first; empty for an app's first release. */
  readonly before: readonly string[]
  readonly calls: readonly (Taped | 'update')[]
}

/** The names under which a recording is replayed. */
export interface Own {
  readonly app: string
  readonly turn: number
  /** What ran in its environments before. */
  readonly before: readonly string[]
}

export interface PlainRelease {
  readonly workflows: readonly string[]
  readonly deployments: readonly string[]
  readonly ms: number
}

export async function record(
  world: World,
  app: World['apps'][number],
  before: readonly string[],
): Promise<Recording> {
  world.tape.start()
  const released = await releaseBySlipway(world, app, () => world.tape.update())
  // The last calls are still running when the record is complete.
  await new Promise((resolve) => {
    setTimeout(resolve, 1_500)
  })
  return { app: app.name, released, before, calls: ofRelease(world.tape.stop(), app.name) }
}

const releaseTypes = new Set(['release', 'environment', 'deployment'])

/** Without unrelated calls: of other apps, polls of branches, environments before their first deployment. */
function ofRelease(calls: Recording['calls'], app: string): Recording['calls'] {
  const asked = new Set<string>()
  return calls.filter((taped) => {
    if (taped === 'update') return true
    for (const environment of enqueuedFor(taped.call)) asked.add(environment)
    if (taped.by !== 'environment') return releaseTypes.has(taped.by)
    const [, ofApp, environment = ''] = taped.workflow.split('/')
    return ofApp === app && asked.has(environment)
  })
}

/** The environments to which a record's signals hand a deployment. */
function enqueuedFor({ args: [, signals] }: PlainCall): readonly string[] {
  if (!Array.isArray(signals)) return []
  return signals.flatMap((signal: object) =>
    'deployment' in signal ? [environmentIn({ args: [signal.deployment] })] : [],
  )
}

/** Runs the recording as release `turn` of another app, with the updates at the recorded places. */
export async function releaseByPlain(world: World, recording: Recording, own: Own): Promise<PlainRelease> {
  const id = `plain/${own.app}/${own.turn}`
  const deployments = recording.released.deployments.map(() => `dep_${ulid()}`)
  const steps = stepsOf(recording, id)
  const renamed = rename(steps, recording, { ...own, deployments })
  for (const step of renamed) if (step.kind === 'call') await giveEvidence(world, step.call)
  const start = performance.now()
  const handle = await world.client.workflow.start('plainRelease', {
    workflowId: id,
    taskQueue: PLAIN_QUEUE,
    args: [renamed],
  })
  const updates = steps.filter(({ kind }) => kind === 'update').length
  for (let given = 0; given < updates; given++) {
    await look(world, 'the next gate', async () => ((await handle.query(plainWaiting)) > given ? true : null))
    await handle.executeUpdate(plainUpdate)
  }
  await handle.result()
  const children = steps.flatMap((step) => (step.kind === 'child' ? [step.id] : []))
  return { workflows: [id, ...children], deployments, ms: performance.now() - start }
}

const begins = z.object({
  workflow: z.string(),
  key: z.string(),
  cut: z.object({ by: z.object({ user: z.string() }) }),
})

/** A release starts only if Slipway sent its cut, so the plain one's cut is recorded beforehand. */
async function giveEvidence(world: World, { name, args: [order] }: PlainCall): Promise<void> {
  if (name !== 'beginRelease') return
  const { workflow, key, cut } = begins.parse(order)
  // Unmodified: the evidence covers its exact text.
  const whole = typeof order === 'object' && order !== null && 'cut' in order ? order.cut : null
  await inHand(world, key)
  const sent = { workflow, key, verb: 'cut', by: sure(parseUserId(cut.by.user)), order: whole }
  await recordSent(world.stack.database.db, sent)
}

/** The calls of the release stay with the parent; those of a lane and its deployment become one child. */
function stepsOf({ calls }: Recording, id: string): readonly PlainStep[] {
  const places = environmentsOf(calls)
  const seen = new Set<string>()
  return calls.flatMap((taped): readonly PlainStep[] => {
    if (taped === 'update') return [{ kind: 'update' }]
    const place = places.get(taped.workflow)
    if (place === undefined)
      return [{ kind: taped.call.name === 'pushTag' ? 'aside' : 'call', call: taped.call }]
    if (seen.has(place)) return []
    seen.add(place)
    const own = calls.filter((one): one is Taped => one !== 'update' && places.get(one.workflow) === place)
    return [{ kind: 'child', id: `${id}/${place}`, calls: own.map(({ call }) => call) }]
  })
}

/** Workflows of lanes and deployments, by their environment. */
function environmentsOf(calls: Recording['calls']): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const taped of calls) {
    if (taped === 'update') continue
    if (taped.by === 'environment') found.set(taped.workflow, sure(taped.workflow.split('/')[2]))
    if (taped.call.name === 'startDeployment') found.set(taped.workflow, environmentIn(taped.call))
  }
  return found
}

function environmentIn({ args: [order] }: Pick<PlainCall, 'args'>): string {
  if (typeof order === 'object' && order !== null && 'environment' in order) return String(order.environment)
  throw new Error('A deployment started without an environment')
}

/** Replaces every name of the recorded release, so that each write is the first of its kind as it was then. */
function rename(
  steps: readonly PlainStep[],
  { app, released, before }: Recording,
  own: Own & { readonly deployments: readonly string[] },
): readonly PlainStep[] {
  const names: readonly (readonly [string, string])[] = [
    [released.id, `rel_${ulid()}`],
    ...released.deployments.map((id, index) => [id, sure(own.deployments[index])] as const),
    ...before.map((id, index) => [id, sure(own.before[index])] as const),
    [released.version, `${released.version.split('.').slice(0, 2).join('.')}.${9_000 + own.turn}`],
    [app, own.app],
  ]
  const text = names.reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(steps))
  const later = (key: string, value: unknown): unknown =>
    key === 'seq' && typeof value === 'number' ? value + own.turn * 1_000 : freshKey(key, value, own)
  const renamed: readonly PlainStep[] = JSON.parse(text, later)
  return renamed
}

/** An environment's own workflow counts its changes; the plain workflow has none. */
function freshKey(key: string, value: unknown, { turn }: Pick<Own, 'turn'>): unknown {
  return key === 'key' && typeof value === 'string' && value.startsWith('environment/')
    ? `${value}+${turn}`
    : value
}
