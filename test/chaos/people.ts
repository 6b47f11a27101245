/** One release as people bring it to production: they repeat commands and presses, in parallel, and retry what failed. */
import { demoAuthors } from '../../local/demo-history.js'
import type { Chance } from '../simulation/chance.js'
import { alice, bob, carol, dan, quinn, SHOP } from '../support/channel.js'
import { type Drive, driveOf } from '../support/drive.js'
import { sure } from '../support/lane.js'
import { until } from '../support/until.js'
import type { Setting } from './setting.js'

/** What one release does on its way, drawn from the seed before anything runs. */
export interface Story {
  readonly title: string
  readonly patchSeconds: number
  readonly rivals: boolean
  readonly locks: boolean
  readonly preview: boolean
  readonly pick: boolean
  readonly rollsBack: boolean
}

const TYPE_AGAIN_MS = 15_000
/** A promotion may be refused permanently, e.g. because a newer release is there. */
const MOST_TYPED = 4
const UNDER_WAY = ['queued', 'running', 'awaiting_acceptance']
const DECIDED = ['accepted', 'rejected', 'superseded', 'failed', 'aborted']

export function storiesOf(chance: Chance, count: number): readonly Story[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Story ${index + 1}`,
    patchSeconds: chance.below(3),
    rivals: chance.onceIn(3),
    locks: chance.onceIn(2),
    preview: chance.onceIn(2),
    pick: chance.onceIn(3),
    rollsBack: chance.onceIn(3),
  }))
}

/** Cuts, and returns the version. Dan waits for each of his cuts, so stories cut one after the other. */
export async function cutStory({ drive, stack }: Setting, { title, patchSeconds }: Story): Promise<string> {
  await drive.commit({ patchSeconds, story: title })
  const order = () => stack.slack.command(SHOP, dan, `cut shop "${title}"`)
  const cut = await typedUntil({ what: `the cut of ${title}`, orders: [order] }, async () => {
    const releases = await drive.api.releases()
    return releases.find((release) => release.title === title) ?? null
  })
  return sure(cut).version
}

/** Until the release is in production, or something replaced it. */
export async function playStory(setting: Setting, story: Story, version: string): Promise<void> {
  const { stack } = setting
  const drive = driveOf(stack)
  const candidate = `shop ${version}-rc.1`
  const preview = `pr-${version.split('.').at(-1)}`
  const type = (user: string, text: string) => () => stack.slack.command(SHOP, user, text)
  const reaches: Reaches = (environment, states, orders, most) =>
    typedUntil(
      { what: `${version} in ${environment}`, orders, ...(most === undefined ? {} : { most }) },
      () => stateOf(drive, version, environment, states),
    )
  const buildAgain = async (): Promise<void> => {
    const [built] = (await drive.api.release(version)).candidates
    if (setting.disk?.wasFull && built?.state === 'build_failed') await type(bob, `retry ${candidate}`)()
  }
  await reaches('integration', DECIDED, [buildAgain])
  if (story.preview) {
    const { repository } = stack.embedded.demo
    const files = { [`${preview}.md`]: 'A page\n' }
    await repository.commit({
      files,
      message: 'A page',
      author: demoAuthors.bob,
      branch: `feature-${preview}`,
    })
    await type(bob, `env create ${preview} from feature-${preview}`)()
  }
  if (story.locks) await type(bob, 'lock staging for 1h: looking')()
  const promote = `promote ${candidate} to staging`
  const twice = [type(bob, promote), type(alice, promote)]
  if ((await reaches('staging', [...UNDER_WAY, ...DECIDED], twice, MOST_TYPED)) === null) return
  if (story.pick) {
    const fix = await drive.commit({ patchSeconds: 0 }, { [`fix-${version}.md`]: 'mended\n' })
    await type(alice, `cherry-pick ${fix} onto ${version}`)()
  }
  // A waiting person opens staging: somebody else's lock may come late.
  await reaches('staging', ['awaiting_acceptance', ...DECIDED], [type(bob, 'unlock staging')])
  const accept = type(quinn, `accept ${candidate} staging`)
  const rival = type(carol, `reject ${candidate} staging --reason "Not like this"`)
  const judged = await reaches('staging', DECIDED, [accept, story.rivals ? rival : accept])
  if (story.preview) await type(bob, `env teardown ${preview} --yes`)()
  if (judged !== 'accepted') return
  await inProduction(type, reaches, candidate)
  if (story.rollsBack) await type(alice, 'rollback shop production -m "Too slow" --yes')()
}

type Orders = readonly (() => Promise<void>)[]
interface Typing {
  readonly what: string
  readonly orders: Orders
  /** How often they are given before the person gives up; without it until they succeed. */
  readonly most?: number
}

type Reaches = (
  environment: string,
  states: readonly string[],
  orders: Orders,
  most?: number,
) => Promise<string | null>

async function inProduction(
  type: (user: string, text: string) => () => Promise<void>,
  reaches: Reaches,
  candidate: string,
): Promise<void> {
  const promote = type(bob, `promote ${candidate} to production`)
  const asked = ['prepared', ...UNDER_WAY, ...DECIDED]
  if ((await reaches('production', asked, [promote, promote], MOST_TYPED)) === null) return
  const approve = `approve ${candidate} production`
  const approvals = [type(alice, approve), type(alice, approve), type(carol, approve)]
  await reaches('production', ['awaiting_acceptance', ...DECIDED], approvals)
  const accept = `accept ${candidate} production`
  await reaches('production', DECIDED, [type(quinn, accept), type(alice, accept)])
}

/** Gives all orders in parallel, and again every few seconds, until the expected result is there; null if they give up. */
async function typedUntil<Value>(
  { what, orders, most = Number.POSITIVE_INFINITY }: Typing,
  look: () => Promise<Value | null>,
): Promise<Value | null> {
  let typedAt = 0
  let typed = 0
  return until(what, async () => {
    const seen = await look()
    if (seen !== null) return { seen }
    if (Date.now() - typedAt > TYPE_AGAIN_MS) {
      if (typed >= most) return { seen: null }
      typedAt = Date.now()
      typed++
      await Promise.all(orders.map((order) => order()))
    }
    return null
  }).then(({ seen }) => seen)
}

async function stateOf(
  drive: Drive,
  version: string,
  environment: string,
  states: readonly string[],
): Promise<string | null> {
  const state = (await drive.deployment(version, environment))?.state
  return state !== undefined && states.includes(state) ? state : null
}
