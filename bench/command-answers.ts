/** P.1: how long a person waits for the answer to a command, beside a Bolt handler that does nothing else. */
import type { SlackControl } from '../local/slack-control.js'
import { alice, bob, carol, quinn, SHOP, until } from '../test/support/channel.js'
import { type Stack, startStack } from '../test/support/stack.js'
import { startBareWorkspace } from './bare-workspace.js'
import { bareApp, configurationOf, repositoryIn, threeStepApp } from './configuration.js'
import { databaseKind } from './database-kind.js'
import { atPace, figuresOf, printTable, type Row, type Say, timed } from './figures.js'
import { cutsOf } from './order-times.js'
import { pressTimes } from './press-times.js'

const ALONE = 30
const ROUNDS = 3
const PACED = { count: 80, perSecond: 20 }
const PACED_CUTS = { count: 40, perSecond: 20 }
const CUT_APPS = 10
const CUTS_WITHIN_MS = 60_000
const people = [alice, bob, carol, quinn]

/** The people take turns: the same words of the same person would join the first order. */
const personOf = (index: number): string => people[index % people.length] ?? alice
const cutOf = (title: string, index: number): string => `cut line${index % CUT_APPS} "${title} ${index}"`

export async function commandAnswers(say: Say): Promise<void> {
  say('[P.1] Answer to a command, measured from outside: from the command to its acknowledgement.')
  const stack = await startStack({
    database: databaseKind(),
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
      printTable(say, '[P.1] one at a time, ms', await alone(stack, bare.slack))
      printTable(say, '[P.1] 20 a second, ms', await paced(stack, bare.slack))
    } finally {
      await bare.stop()
    }
    printTable(
      say,
      '[P.1] a press: until its answer, and until the card shows it, ms',
      await pressTimes(stack),
    )
  } finally {
    await stack.close()
  }
}

/** The first command of each kind loads code and looks up people. */
async function warmUp(stack: Stack, bare: SlackControl): Promise<void> {
  for (const person of people) {
    await stack.slack.command(SHOP, person, 'status shop')
    await bare.command(SHOP, person, 'status')
  }
  for (let index = 0; index < CUT_APPS; index++) {
    await stack.slack.command(SHOP, personOf(index), cutOf('Warm', index))
  }
  await untilTold(stack, 'Warm', CUT_APPS)
}

async function alone(stack: Stack, bare: SlackControl): Promise<readonly Row[]> {
  const times = { bare: new Array<number>(), status: new Array<number>(), cut: new Array<number>() }
  for (let index = 0; index < ALONE; index++) {
    const person = personOf(index)
    times.bare.push(await timed(() => bare.command(SHOP, person, 'status')))
    times.status.push(await timed(() => stack.slack.command(SHOP, person, 'status shop')))
    times.cut.push(await timed(() => stack.slack.command(SHOP, person, cutOf('Alone', index))))
    await untilTold(stack, 'Alone', index + 1)
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

async function paced(stack: Stack, bare: SlackControl): Promise<readonly Row[]> {
  const times = { bare: new Array<number>(), status: new Array<number>() }
  for (let round = 0; round < ROUNDS; round++) {
    const onBare = await atPace(PACED, (index) => bare.command(SHOP, personOf(index), 'status'))
    const onStatus = await atPace(PACED, (index) => stack.slack.command(SHOP, personOf(index), 'status shop'))
    times.bare.push(...onBare)
    times.status.push(...onStatus)
  }
  const cuts = await atPace(PACED_CUTS, (index) =>
    stack.slack.command(SHOP, personOf(index), cutOf('Paced', index)),
  )
  await untilTold(stack, 'Paced', PACED_CUTS.count)
  const baseline = figuresOf(times.bare)
  return [
    { title: 'bare Bolt handler', figures: baseline, baseline: null },
    { title: '/release status', figures: figuresOf(times.status), baseline },
    { title: '/release cut: recorded and acknowledged', figures: figuresOf(cuts), baseline },
    {
      title: '/release cut: until its version is told (10 apps)',
      figures: figuresOf(await delays(stack, 'Paced')),
      baseline: null,
    },
  ]
}

/** From the record of each cut of this title to the answer its giver got, by the clock of the database. */
async function delays({ database }: Stack, title: string): Promise<readonly number[]> {
  const orders = await cutsOf(database.db, title)
  return orders.flatMap(({ toldAfterMs }) => (toldAfterMs === null ? [] : [toldAfterMs]))
}

async function untilTold({ database }: Stack, title: string, count: number): Promise<void> {
  const told = async (): Promise<boolean> => {
    const orders = await cutsOf(database.db, title)
    return orders.length >= count && orders.every(({ toldAfterMs }) => toldAfterMs !== null)
  }
  await until(`${count} answers to cuts`, told, CUTS_WITHIN_MS).catch(() => undefined)
}
