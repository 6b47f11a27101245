/** What people and the forge do, as a list that can be shrunk: each entry names its subject by a number. */
import fc from 'fast-check'
import type { UserId } from '../../domain/identifiers.js'
import type { Outcome } from '../../domain/refusal.js'
import { ALICE, aRelease, BOB, by, CAROL, releaseId } from '../support/lane.js'
import type { EnvironmentOrder } from './environment-actor.js'
import { ReleaseActor, type ReleaseOrder } from './release-actor.js'
import type { World } from './world.js'

const kinds = [
  ...['cut', 'promote', 'promote', 'promote', 'approve', 'approve', 'accept', 'accept', 'reject'],
  ...['retry', 'skip', 'abort', 'rollback', 'lock', 'unlock', 'pause', 'resume', 'freeze', 'thaw'],
  ...['pick', 'rebuild', 'abandon', 'delete', 'push', 'push', 'time'],
  ...['create', 'teardown', 'push preview', 'close preview', 'extend', 'end'],
] as const

export interface Deed {
  readonly kind: (typeof kinds)[number]
  readonly who: UserId
  readonly which: number
}

export const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.constantFrom(ALICE, BOB, CAROL),
  which: fc.nat({ max: 60 }),
})

const PREVIEWS = ['one', 'two', 'three', 'four']

/** An order that a person gave; it is sent until it is answered. */
export interface Order {
  readonly key: string
  /** Null: nobody can answer now. */
  readonly send: () => Outcome | null
  readonly about: { readonly verb: string; readonly deployment: string | null }
}

/** The orders that follow from a deed. Messages of the forge are only sent afterwards. */
export function give(world: World, { kind, who, which }: Deed, key: string): readonly Order[] {
  switch (kind) {
    case 'time':
      world.now += which
      return []
    case 'push':
      world.commits++
      return announce(world, key)
    case 'push preview':
    case 'close preview': {
      const commit = kind === 'push preview' ? commitFor(world) : null
      world.post.send(() => world.previews().push(pickOf(PREVIEWS, which), commit))
      return []
    }
    case 'cut':
      return cut(world, who)
    case 'create': {
      const name = pickOf(PREVIEWS, which)
      const commit = world.head
      return [order(key, kind, () => world.environment(name).create(key, who, commit))]
    }
    case 'end': {
      const actor = world.chance.oneOf(world.actors.filter((one) => one.isRecorded && one.runs))
      if (actor) world.end(actor)
      return []
    }
    case 'promote':
    case 'approve':
    case 'accept':
    case 'reject':
    case 'pick':
    case 'rebuild':
    case 'abandon':
    case 'delete':
      return toRelease(world, { kind, who, which }, key)
    default:
      return toEnvironment(world, { kind, who, which }, key)
  }
}

const pickOf = (all: readonly string[], which: number): string => all[which % all.length] ?? ''

function commitFor(world: World) {
  world.commits++
  return world.head
}

const order = (key: string, verb: string, send: Order['send'], deployment: string | null = null): Order => ({
  ...{ key, send },
  about: { verb, deployment },
})

function announce(world: World, key: string): readonly Order[] {
  const commit = world.head
  world.post.send(() => world.delivery().announce(key, commit))
  return []
}

function cut(world: World, who: UserId): readonly Order[] {
  const number = world.releases.size + 1
  const id = releaseId(number)
  if (number > 3 || world.record.states.has(`release/${id}`) || world.releases.has(id)) return []
  const state = {
    ...aRelease({ app: world.app, built: false }),
    id,
    requestedBy: who,
    version: `2026.11.${number}`,
  }
  world.releases.set(id, new ReleaseActor(world, state as never, false))
  return []
}

function toRelease(
  world: World,
  { kind, who, which }: Deed & { readonly kind: ReleaseOrder['verb'] },
  key: string,
): readonly Order[] {
  const ids = [...world.releases.keys()]
  const rows = [...world.record.rows.values()].filter(({ releaseId: of }) => of !== null)
  const row = rows[which % Math.max(1, rows.length)]
  const decides = decisions.has(kind)
  const id = decides ? row?.releaseId : ids[which % Math.max(1, ids.length)]
  if (id == null) return []
  const candidate = world.releases.get(id)?.state.candidates.at(-1)?.number ?? 1
  const given = releaseOrder(world, { kind, who, which }, { candidate, deployment: row?.id ?? null })
  if (given === null) return []
  const send = (): Outcome | null => ask(world.releases.get(id), key, given)
  return [order(key, kind, send, decides ? (row?.id ?? null) : null)]
}

const decisions: ReadonlySet<Deed['kind']> = new Set(['approve', 'accept', 'reject'])

/** For an ended workflow the bot answers; a lost one is restored by the reconciler first. */
function ask(release: ReleaseActor | undefined, key: string, given: ReleaseOrder): Outcome | null {
  if (release === undefined) return null
  if (release.runs) return release.order(key, given)
  const ended = { code: 'release-ended', state: release.state.lifecycle } as const
  return release.answered(key) ?? { kind: 'refused', refusal: ended }
}

function releaseOrder(
  world: World,
  { kind, who, which }: Deed,
  of: { readonly candidate: number; readonly deployment: string | null },
): ReleaseOrder | null {
  const said = by(who, world.at())
  const { candidate, deployment } = of
  switch (kind) {
    case 'promote':
      return {
        verb: kind,
        order: {
          ...{ deploymentId: world.newDeployment(), candidate, by: said, olderConfirmed: true },
          environment: which % 2 === 0 ? 'staging' : 'production',
          override: which % 5 === 0 ? 'users wait' : null,
        },
      }
    case 'approve':
    case 'accept':
    case 'reject':
      return deployment === null
        ? null
        : { verb: kind, order: { deploymentId: deployment as never, comment: 'seen', by: said } }
    case 'pick':
      return {
        verb: kind,
        order: {
          ...{ picks: ['abcdef1'], step: 'start', confirmed: null, override: null, by: said },
          deploymentId: world.newDeployment(),
        },
      }
    case 'rebuild':
      return { verb: kind, order: { candidate, by: said } }
    case 'abandon':
    case 'delete':
      return which % 3 === 0 ? { verb: kind, order: said } : null
    default:
      return null
  }
}

function toEnvironment(world: World, { kind, who, which }: Deed, key: string): readonly Order[] {
  const rows = [...world.record.rows.values()]
  const row = rows[which % Math.max(1, rows.length)]
  const about = kind === 'retry' || kind === 'skip' || kind === 'abort'
  const configured = world.app.environments.map(({ name }) => name)
  const preview = kind === 'teardown' || kind === 'extend'
  const name = about ? row?.environment : pickOf(preview ? PREVIEWS : configured, which)
  if (name === undefined || (about && row === undefined)) return []
  const given = environmentOrder(world, { kind, who, which }, row?.id ?? null)
  if (given === null) return []
  return [order(key, kind, () => world.environment(name).order(key, given))]
}

function environmentOrder(
  world: World,
  { kind, who, which }: Deed,
  deployment: string | null,
): EnvironmentOrder | null {
  const said = { by: who, at: world.at(), reason: 'a story' }
  const until = new Date(Date.parse(said.at) + (which + 1) * 60_000).toISOString()
  switch (kind) {
    case 'retry':
    case 'skip':
    case 'abort':
      return { verb: kind, order: { ...said, deploymentId: deployment as never } }
    case 'rollback':
      return {
        verb: kind,
        order: { ...said, deploymentId: world.newDeployment(), to: null, failure: null },
      }
    case 'lock':
      return { verb: kind, order: { ...said, until, takeOver: which % 2 === 0 } }
    case 'freeze':
      return { verb: kind, order: { ...said, until } }
    case 'unlock':
    case 'pause':
    case 'resume':
    case 'thaw':
      return { verb: kind, order: said }
    case 'teardown':
      return { verb: kind, order: { ...said, confirmed: true, seen: null, typed: null } }
    case 'extend':
      return { verb: kind, order: { ...said, durationMs: null, until: null } }
    default:
      return null
  }
}
