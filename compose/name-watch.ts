/** Finds configured names that Slack does not know (any more): checked from the start on, after a reload, and every hour. */
import { setTimeout as delay } from 'node:timers/promises'
import { checkNames, type NameSources } from '../bot/slack/check-names.js'
import type { Configuration } from '../domain/configuration.js'
import type { BotParts } from './bot-parts.js'

export interface NameWatch {
  /** Succeeds once Slack answers. It runs in the background; nothing waits for it. */
  start(): void
  /** The problems found by the last check, one sentence each. */
  problems(): readonly string[]
  stop(): void
}

const EVERY_MS = 3_600_000
/** How soon a reload is noticed. */
const LOOK_MS = 30_000
/** Slack allows about a hundred user lookups a minute; most are left for people making decisions. */
const BETWEEN_NAMES_MS = 1_000

export function openNameWatch(
  { configuration, log }: Pick<BotParts, 'configuration' | 'log'>,
  sources: Omit<NameSources, 'pause'>,
): NameWatch {
  const pause = (): Promise<void> => delay(BETWEEN_NAMES_MS, undefined, { ref: false })
  let problems: readonly string[] = []
  let looked = { hash: '', at: 0 }
  let looking = false
  let timer: NodeJS.Timeout | null = null

  async function look(): Promise<void> {
    const { hash } = configuration()
    const isDue = hash !== looked.hash || performance.now() - looked.at >= EVERY_MS
    if (looking || !isDue) return
    looking = true
    try {
      const found = await checkNames({ ...sources, pause }, namesOf(configuration()))
      const sayings = found.map((problem) => `The configuration names ${problem}`)
      for (const saying of sayings) if (!problems.includes(saying)) log.warn({}, saying)
      problems = sayings
      looked = { hash, at: performance.now() }
    } catch (error) {
      log.error({ err: error }, 'The names in the configuration could not be checked')
    } finally {
      looking = false
    }
  }

  return {
    problems: () => problems,
    start() {
      if (timer !== null) return
      void look()
      timer = setInterval(() => void look(), LOOK_MS).unref()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
    },
  }
}

function namesOf({ apps, roles }: Configuration): Parameters<typeof checkNames>[1] {
  const once = <Name>(names: readonly Name[]): readonly Name[] => [...new Set(names)]
  return {
    channels: once(apps.flatMap(({ channel, notesChannel = channel }) => [channel, notesChannel])),
    users: once(roles.flatMap(({ users }) => users)),
    groups: once(roles.flatMap(({ groups }) => groups)),
  }
}
