/** What holds at the end of every story, whatever happened in it. */
import { waitsUntil } from '../../domain/environment/pushes.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import { openGates } from '../../domain/release/gates.js'
import type { DeploymentState } from '../../domain/states.js'
import { must } from '../support/lane.js'
import type { Order } from './people.js'
import type { Row } from './record.js'
import type { World } from './world.js'

const settled: ReadonlySet<DeploymentState> = new Set(['accepted', 'rejected', 'superseded', 'aborted'])

export function judge(world: World, given: readonly Order[]): void {
  for (const order of given) answered(world, order)
  for (const row of world.record.rows.values()) {
    notStuck(world, row)
    agreed(world, row)
    oneStory(world, row)
  }
  for (const { state } of world.environments.values()) {
    const free = state.queue.length === 0 || awaitsDecision(world, state)
    must(state.running === null && free, `${state.name} is free`)
    const { current, failed } = state
    const uncertain = failed?.touched === true || state.lifecycle.preview !== null
    const runs = world.runsIn.get(state.name)
    must(uncertain || current === null || runs === current.order.commit, `${state.name} runs what it says`)
  }
  placed(world)
  const { state } = world.delivery()
  must(state.waiting.length === 0 && state.delivering === null, 'every push is dealt with')
}

/** Every order has its answer, and a decision that somebody was told is the recorded one. */
function answered(world: World, { key, about }: Order): void {
  const outcome = world.answers.get(key)
  must(outcome !== undefined, `${key} is answered`)
  if (outcome?.kind !== 'done' || about.deployment === null) return
  const row = world.record.rows.get(about.deployment)
  if (about.verb === 'accept')
    must(row?.state === 'accepted', `${about.deployment} was accepted, is ${row?.state}`)
  if (about.verb === 'reject')
    must(row?.state === 'rejected', `${about.deployment} was rejected, is ${row?.state}`)
}

/** It has ended, or a person is asked. */
function notStuck(world: World, row: Row): void {
  must(
    settled.has(row.state) || waits(world, row),
    `${row.id} in ${row.environment} is ${row.state} for ever`,
  )
}

function waits(world: World, { id, state, environment, releaseId }: Row): boolean {
  const place = world.environments.get(environment)?.state
  const release = releaseId === null ? undefined : world.releases.get(releaseId)?.state
  const known = release?.deployments.find((one) => one.id === id)
  switch (state) {
    case 'awaiting_acceptance':
      return place?.current?.order.id === id
    case 'failed':
      return place?.failed?.entry.order.id === id
    case 'prepared':
      return release !== undefined && known !== undefined && openGates(release, known, world.at()).length > 0
    case 'queued':
      return place !== undefined && awaitsDecision(world, place)
    default:
      return false
  }
}

/** A push waits for a while until somebody decides on what is deployed. */
const awaitsDecision = (world: World, place: EnvironmentState): boolean =>
  place.queue.length > 0 && (waitsUntil(place) ?? '') > world.at()

/** The release knows what is recorded. */
function agreed(world: World, { id, state, releaseId, environment }: Row): void {
  const release = releaseId === null ? undefined : world.releases.get(releaseId)
  if (!release?.runs) return
  const known = release.state.deployments.find((one) => one.id === id)
  must(known !== undefined, `${releaseId} knows ${id} in ${environment}, which is ${state}`)
  must(known?.state === state, `${id} in ${environment} is ${state}, for its release ${known?.state}`)
}

/** The trail has each decision once, and nothing that undoes it. */
function oneStory({ record }: World, { id }: Row): void {
  const places = (kind: string): readonly number[] =>
    record.lines.flatMap((line, place) => (line === `deployment.${kind} ${id}` ? [place] : []))
  const decided = [...places('accepted'), ...places('rejected')]
  must(decided.length <= 1, `${id} is told to be decided once`)
  const [first = Number.POSITIVE_INFINITY] = decided
  must(
    places('superseded').every((place) => place < first),
    `${id} is not told to be superseded after it was decided`,
  )
}

/** Every owner of a place exists, every preview has one, and none waits while a place is free. */
function placed(world: World): void {
  const { living, waiting, most } = world.previews().state
  must(waiting.length === 0 || living.length >= most, 'nobody waits for a place that is free')
  for (const { name } of living) {
    const preview = world.environments.get(name)?.state.lifecycle.preview
    must(preview?.place?.granted === true, `${name} has a place and knows it`)
  }
  for (const { state } of world.environments.values()) {
    const has = living.some(({ name }) => name === state.name)
    must(state.lifecycle.preview?.place?.granted !== true || has, `${state.name} lives on a place of its own`)
  }
}
