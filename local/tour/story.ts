/** The whole story of a release, by the people of the demo. */
import { z } from 'zod'
import { demoAuthors } from '../demo-history.js'
import type { DemoRepository } from '../demo-repository.js'
import { type TourChannel, until } from './channel.js'

export interface Stage {
  readonly channel: TourChannel
  readonly repository: DemoRepository
  /** The address of the read API. */
  readonly url: string
  readonly say: (line: string) => void
}

const environments = z.array(
  z.object({
    name: z.string(),
    state: z.string(),
    current: z
      .object({ version: z.string().nullable(), candidate: z.string().nullable(), commit: z.string() })
      .nullable(),
  }),
)
/** The read API's data about one environment. */
export type RunsThere = z.infer<typeof environments>[number]

/** Plays it to the end. Throws if the story does not continue as expected. */
export async function playStory(stage: Stage): Promise<void> {
  const { channel, say, repository } = stage
  chapter(say, 'A commit becomes a release candidate, is built once and runs in integration')
  await channel.type('Alice', 'cut shop "Summer sale"')
  await channel.sees(/integration ✅ accepted/)
  chapter(say, 'The same bytes go to staging, where Quinn judges them')
  await channel.press('Alice', /Promote to staging/)
  await channel.press('Quinn', /^Accept on/)
  chapter(say, 'Production needs two approvals, and none of them from Alice, who asked for it')
  await approveProduction(channel)
  await channel.press('Alice', /^Accept on/)
  await channel.sees(/RELEASED/)
  const good = await current(stage, 'production')

  chapter(say, 'A second release, whose patch fails in production')
  await repository.commit({
    message: 'New checkout (its patch breaks in production)',
    author: demoAuthors.bob,
    files: { 'deploy/behaviour.json': JSON.stringify({ production: { patch: 'fail' } }) },
  })
  await channel.type('Bob', 'cut shop "New checkout"')
  await channel.sees(/NEW CHECKOUT|New checkout/)
  await channel.press('Bob', /Promote to staging/)
  await channel.press('Quinn', /^Accept on/)
  await channel.press('Bob', /Promote to production/)
  await channel.press('Alice', /^Approve for/)
  await channel.press('Carol', /^Approve for/)
  await channel.sees(/FAILED IN PRODUCTION/)
  chapter(say, 'A press and its form bring the last good version back: the same bytes, nothing is built')
  await channel.press('Bob', /^Roll back production/)
  await channel.submits('Bob')
  await until('production to run the good version again', async () => {
    await channel.catchUp()
    const now = await current(stage, 'production')
    return now?.state === 'ready' && now.current?.commit === good?.current?.commit ? now : null
  })
  await channel.sees(/production ↩️|production .*rolled|back/i)
}

async function approveProduction(channel: TourChannel): Promise<void> {
  await channel.press('Alice', /Promote to production/)
  await channel.press('Bob', /^Approve for/)
  await channel.sees(/1 OF 2|1 of 2/)
  await channel.press('Carol', /^Approve for/)
}

function chapter(say: (line: string) => void, title: string): void {
  say('')
  say(`── ${title} ──`)
}

async function current({ url }: Stage, name: string): Promise<RunsThere | null> {
  return (await whatRunsWhere(url)).find((one) => one.name === name) ?? null
}

/** The read API's answer, lowest environment first. */
export async function whatRunsWhere(url: string): Promise<readonly RunsThere[]> {
  const response = await fetch(`${url}/api/v1/apps/shop/environments`)
  if (!response.ok) throw new Error(`The read API answered ${response.status}`)
  return environments.parse(await response.json())
}
