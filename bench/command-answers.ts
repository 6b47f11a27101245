/** P.1: how long a person waits for the answer to a command, compared with an empty Bolt handler. */
import type { SlackControl } from '../local/slack-control.js'
import { alice, bob, carol, quinn, SHOP } from '../test/support/channel.js'
import { type Stack, startStack } from '../test/support/stack.js'
import { until } from '../test/support/until.js'
import { startBareWorkspace } from './bare-workspace.js'
import { bareApp, configurationOf, repositoryIn, threeStepApp } from './configuration.js'
import { atPace, figuresOf, printTable, type Row, type Say, timed } from './figures.js'
import { cutsOf } from './order-times.js'
import { pressTimes } from './press-times.js'

const ALONE = 30
/** Bare and status alternate, so that a busy machine affects both. */
const ROUNDS = 2
const PACED = { count: 100, perSecond: 20 }
const PACED_CUTS = { count: 200, perSecond: 20 }
const CUT_APPS = 10
const ALONE_WITHIN_MS = 30_000
/** What is not answered by then is counted and abandoned: two cores carry out fewer than 20 cuts a second. */
const DRAIN_MS = 25_000
const people = [alice, bob, carol, quinn]

/** The people alternate: the same words by the same person would join the first order. */
const personOf = (index: number): string => people[index % people.length] ?? alice
const cutOf = (title: string, index: number): string => `cut line${index % CUT_APPS} "${title} ${index}"`

export async function commandAnswers(say: Say): Promise<void> {
  say('[P.1] Answer to a command, measured from outside: from the command to its acknowledgement.')
  const stack = await startStack({
    configure: (yaml) => {
      const repository = repositoryIn(yaml)
      const lines = Array.from({ length: CUT_APPS }, (_, index) => bareApp(`line${index}`, repository))
      return configurationOf([threeStepApp('shop', repository), ...lines])
    },
  })
  try {
    const bare = await startBareWorkspace(stack.dataFolder)
    try {
      await warmUp(stack, bare.slack)
      // First, while the channel's update budget is unused: each cut of the next part posts a card.
      printTable(
        say,
        '[P.1] a press: until its answer, and until the card shows it, ms',
        await pressTimes(stack),
      )
      printTable(say, '[P.1] one at a time, ms', await alone(stack, bare.slack))
      await paced(stack, bare.slack, say)
    } finally {
      await bare.stop()
    }
  } finally {
    await stack.close()
  }
}

/** Warm-up: the first command of each kind loads code and looks up people. */
async function warmUp(stack: Stack, bare: SlackControl): Promise<void> {
  for (const person of people) {
    await stack.slack.command(SHOP, person, 'status shop')
    await bare.command(SHOP, person, 'status')
  }
  for (let index = 0; index < CUT_APPS; index++) {
    await stack.slack.command(SHOP, personOf(index), cutOf('Warm', index))
  }
  await untilTold(stack, 'Warm', { count: CUT_APPS, withinMs: ALONE_WITHIN_MS })
}

async function alone(stack: Stack, bare: SlackControl): Promise<readonly Row[]> {
  const times = { bare: new Array<number>(), status: new Array<number>(), cut: new Array<number>() }
  for (let index = 0; index < ALONE; index++) {
    const person = personOf(index)
    times.bare.push(await timed(() => bare.command(SHOP, person, 'status')))
    times.status.push(await timed(() => stack.slack.command(SHOP, person, 'status shop')))
    times.cut.push(await timed(() => stack.slack.command(SHOP, person, cutOf('Alone', index))))
    await untilTold(stack, 'Alone', { count: index + 1, withinMs: ALONE_WITHIN_MS })
  }
  const baseline = figuresOf(times.bare)
  const outcomes = await delays(stack, 'Alone')
  return [
    { title: 'bare Bolt handler', figures: baseline, baseline: null },
    { title: '/release status', figures: figuresOf(times.status), baseline },
    { title: '/release cut: recorded and acknowledged', figures: figuresOf(times.cut), baseline },
    { title: '/release cut: until its version is told', figures: figuresOf(outcomes), baseline: null },
  ]
}

async function paced(stack: Stack, bare: SlackControl, say: Say): Promise<void> {
  const times = { bare: new Array<number>(), status: new Array<number>() }
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(...(await atPace(PACED, (index) => bare.command(SHOP, personOf(index), 'status'))))
    times.status.push(
      ...(await atPace(PACED, (index) => stack.slack.command(SHOP, personOf(index), 'status shop'))),
    )
  }
  const start = performance.now()
  const cuts = await atPace(PACED_CUTS, (index) =>
    stack.slack.command(SHOP, personOf(index), cutOf('Paced', index)),
  )
  await untilTold(stack, 'Paced', { count: PACED_CUTS.count, withinMs: DRAIN_MS })
  const seconds = (performance.now() - start) / 1_000
  const answered = await delays(stack, 'Paced')
  const baseline = figuresOf(times.bare)
  printTable(say, '[P.1] 20 a second, ms', [
    { title: 'bare Bolt handler', figures: baseline, baseline: null },
    { title: '/release status', figures: figuresOf(times.status), baseline },
    { title: '/release cut: recorded and acknowledged', figures: figuresOf(cuts), baseline },
    ...(answered.length === 0
      ? []
      : [{ title: '/release cut: until its version is told', figures: figuresOf(answered), baseline: null }]),
  ])
  say(
    `      Of ${PACED_CUTS.count} cuts in ${CUT_APPS} apps, given in 10 s, ${answered.length} were answered in ${seconds.toFixed(0)} s: ${(answered.length / seconds).toFixed(1)} a second.`,
  )
}

/** For each cut of this title, the time from its record to its answer, by the database's clock. */
async function delays({ database }: Stack, title: string): Promise<readonly number[]> {
  const orders = await cutsOf(database.db, title)
  return orders.flatMap(({ toldAfterMs }) => (toldAfterMs === null ? [] : [toldAfterMs]))
}

async function untilTold(
  { database }: Stack,
  title: string,
  { count, withinMs }: { readonly count: number; readonly withinMs: number },
): Promise<void> {
  const told = async (): Promise<boolean> => {
    const orders = await cutsOf(database.db, title)
    return orders.length >= count && orders.every(({ toldAfterMs }) => toldAfterMs !== null)
  }
  await Promise.allSettled([until(`${count} answers to cuts`, told, withinMs)])
}
