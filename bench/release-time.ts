/** P.2: a release through three environments compared with a plain workflow that does the same work. */
import { configurationOf, repositoryIn, threeStepApp } from './configuration.js'
import { figuresOf, printTable, type Row, type Say } from './figures.js'
import { type PlainRelease, type Recording, record, releaseByPlain } from './plain-release.js'
import { type Released, sure } from './slipway-release.js'
import { openWorld, type World } from './world.js'

const TURNS = 6
const FEWEST = 2
const ROUND_MS = 25_000
const APP = 'measured'
const PLAIN = 'baseline'

export async function releaseTime(say: Say): Promise<void> {
  say(
    '[P.2] A release through three environments, ordered through the gateway, beside a plain parent workflow with one',
  )
  say(
    '      child per environment that makes the very same calls (recorded from a release of Slipway), in turns.',
  )
  const world = await openWorld((yaml) => {
    const repository = repositoryIn(yaml)
    return configurationOf([threeStepApp(APP, repository), threeStepApp(PLAIN, repository)])
  })
  try {
    const app = sure(world.apps.find(({ name }) => name === APP))
    const first = await record(world, app, [])
    const plain = await releaseByPlain(world, first, { app: PLAIN, turn: 0, before: [] })
    const before = { slipway: first.released.deployments, plain: plain.deployments }
    const next = await measure(world, { runner: 'shell', turn: 1, before }, say)
    await measure(world, { runner: 'instant', turn: 100, before: next }, say)
  } finally {
    await world.close()
  }
}

const runners = {
  shell: 'stages are `true`, each in a checkout, by the shell runner and its supervisor',
  instant: 'stages end at once: orchestration and records alone',
}

interface Round {
  readonly runner: keyof typeof runners
  /** Of the first plain release. */
  readonly turn: number
  readonly before: Running
}

/** The deployments that run, lowest environment first. */
interface Running {
  readonly slipway: readonly string[]
  readonly plain: readonly string[]
}

async function measure(world: World, { runner, turn: first, before }: Round, say: Say): Promise<Running> {
  world.runner.use(runner)
  const app = sure(world.apps.find(({ name }) => name === APP))
  const times = { slipway: new Array<number>(), plain: new Array<number>() }
  const events = { slipway: new Array<number>(), plain: new Array<number>() }
  let running = before
  let calls: Recording['calls'] = []
  const end = performance.now() + ROUND_MS
  for (let turn = first; turn < first + TURNS; turn++) {
    if (turn >= first + FEWEST && performance.now() > end) break
    const lanes = await laneEvents(world)
    // The plain one follows its recording immediately: the next release removes the folders that the calls name.
    const recording = await record(world, app, running.slipway)
    const { released } = recording
    calls = recording.calls
    times.slipway.push(released.ms)
    const plain = await releaseByPlain(world, recording, { app: PLAIN, turn, before: running.plain })
    times.plain.push(plain.ms)
    events.plain.push(await plainEvents(world, plain))
    events.slipway.push((await releaseEvents(world, released)) + (await laneEvents(world)) - lanes)
    running = { slipway: released.deployments, plain: plain.deployments }
  }
  const activities = calls.filter((call) => call !== 'update')
  say('')
  say(`      ${runners[runner]}`)
  say(
    `      ${activities.length} activities of which ${activities.filter(({ call }) => call.local).length} local, ${calls.length - activities.length + 1} updates`,
  )
  printTable(say, '[P.2] time of a release, ms', compared(times))
  printTable(say, '[P.2] history events of a release', compared(events))
  return running
}

function compared({
  slipway,
  plain,
}: {
  readonly slipway: readonly number[]
  readonly plain: readonly number[]
}): readonly Row[] {
  const baseline = figuresOf(plain)
  return [
    { title: 'plain workflow and its children', figures: baseline, baseline: null },
    { title: 'Slipway', figures: figuresOf(slipway), baseline },
  ]
}

async function lengthOf({ client }: World, id: string): Promise<number> {
  return (await client.workflow.getHandle(id).describe()).historyLength
}

async function sum(world: World, ids: readonly string[]): Promise<number> {
  const lengths = await Promise.all(ids.map((id) => lengthOf(world, id)))
  return lengths.reduce((all, one) => all + one, 0)
}

const plainEvents = (world: World, { workflows }: PlainRelease): Promise<number> => sum(world, workflows)

const releaseEvents = (world: World, { id, deployments }: Released): Promise<number> =>
  sum(world, [`release/${APP}/${id}`, ...deployments.map((one) => `deployment/${one}/1`)])

/** Lanes continue to run: only what is added to them counts. */
async function laneEvents(world: World): Promise<number> {
  const app = sure(world.apps.find(({ name }) => name === APP))
  return sum(
    world,
    app.environments.map(({ name }) => `environment/${APP}/${name}`),
  )
}
