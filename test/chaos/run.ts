/** One run of the chaos harness: stories and faults from a seed, then the invariants. */
import { setTimeout as delay } from 'node:timers/promises'
import { chanceOf } from '../simulation/chance.js'
import { faultsOf, impossible } from './faults.js'
import type { Invariant } from './invariant.js'
import { judge } from './invariants.js'
import { cutStory, playStory, storiesOf } from './people.js'
import { type Setting, startSetting } from './setting.js'

export interface ChaosPlan {
  /** The same seed gives the same stories and the same order of faults. */
  readonly seed: number
  readonly releases: number
  /** No fault begins after this. */
  readonly minutes: number
  /** The maximum number of faults; without it as many as time allows. */
  readonly faults?: number
  readonly say: (line: string) => void
}

export interface ChaosResult {
  /** Those that happened, in order. */
  readonly faults: readonly string[]
  readonly invariants: readonly Invariant[]
}

const MOST_FAULTS = 1_000

export async function runChaos(plan: ChaosPlan): Promise<ChaosResult> {
  const setting = await startSetting()
  try {
    const happened: string[] = []
    const end = { reached: false }
    const faults = happen(setting, plan, happened, end)
    const stories = await play(setting, plan).finally(() => (end.reached = true))
    await faults
    return { faults: happened, invariants: await judge(setting, stories, happened) }
  } finally {
    await setting.close()
  }
}

/** What each story timed out waiting for; null: nothing. */
async function play(
  setting: Setting,
  { seed, releases, say }: ChaosPlan,
): Promise<readonly (string | null)[]> {
  const playing: Promise<string | null>[] = []
  for (const story of storiesOf(chanceOf(seed), releases)) {
    const version = await cutStory(setting, story)
    say(`cut ${version} (${story.title})`)
    const told = playStory(setting, story, version).then(
      () => null,
      (error: Error) => `${story.title}: ${error.message}`,
    )
    playing.push(told)
  }
  return Promise.all(playing)
}

async function happen(
  setting: Setting,
  { seed, minutes, faults: most = MOST_FAULTS, say }: ChaosPlan,
  happened: string[],
  end: { readonly reached: boolean },
): Promise<void> {
  const chance = chanceOf(seed + 1)
  const lastAt = Date.now() + minutes * 60_000
  for (const { name, happen: harm } of faultsOf(chance, most)) {
    await delay(1_000 + chance.below(3_000))
    if (end.reached || Date.now() > lastAt) return
    const why = impossible(setting, name)
    if (why !== null) {
      say(`left out, because ${why}: ${name}`)
      continue
    }
    say(`fault: ${name}`)
    happened.push(name)
    await harm(setting)
  }
}
