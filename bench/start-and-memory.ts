/** P.5, C.1: how long `npm start` takes to be ready with cold and warm caches, and how much memory bot and worker use. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { readLocalEnvironment } from '../config.js'
import { type LocalSlipway, startLocal } from '../local/local-slipway.js'
import { pickPort } from '../local/ports.js'
import { createSlackControl } from '../local/slack-control.js'
import { alice, channelOf } from '../test/support/channel.js'
import { figuresOf, printTable, type Say, timed } from './figures.js'
import { memoryMiB } from './process-usage.js'
import { sure } from './slipway-release.js'

/** Below the ports for outgoing connections, one of which might take it between two starts. */
const DEMO_PORT = 21_000
const STARTS = 3

export async function startAndMemory(say: Say): Promise<void> {
  say(
    '[P.5] `npm start` until Slipway is ready: PostgreSQL, Temporal, Slack, the demo, then bot and worker in one process.',
  )
  const folder = mkdtempSync(join(tmpdir(), 'slipway-start-'))
  // The configuration that the first start writes contains it.
  const demo = (await pickPort(DEMO_PORT)).port + 1
  const cold: number[] = []
  const times: number[] = []
  const memory: number[] = []
  const busy: number[] = []
  try {
    for (let start = 0; start <= STARTS; start++) {
      const local: { now: LocalSlipway | null } = { now: null }
      const ms = await timed(async () => {
        local.now = await startOnce(folder, demo)
      })
      const running = sure(local.now)
      // The first start fills the caches.
      const kind = start === 0 ? cold : times
      kind.push(ms)
      if (start > 0) memory.push(memoryMiB(running.slipway.pid))
      if (start === STARTS) {
        await releaseOnce(running)
        busy.push(memoryMiB(running.slipway.pid))
      }
      await running.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  printTable(say, '[P.5] [C.1] from the call to ready, ms (warm at most 10,000, cold at most 20,000)', [
    row('nothing cached, no Temporal, no Go', cold),
    row('warm caches', times),
  ])
  printTable(say, '[P.5] memory of bot + worker, MiB (at most 300)', [
    row('when it is ready', memory),
    row('after a release to integration', busy),
  ])
}

const row = (title: string, values: readonly number[]): Parameters<typeof printTable>[2][number] => ({
  title,
  figures: figuresOf(values),
  baseline: null,
})

async function startOnce(dataFolder: string, demo: number): Promise<LocalSlipway> {
  process.env['PATH'] = pathWithout(['temporal', 'go'])
  const environment = {
    ...process.env,
    SLIPWAY_CACHE: join(dataFolder, 'cache'),
    SLIPWAY_DATA: dataFolder,
    SLIPWAY_HTTP_PORT: '0',
    SLIPWAY_SLACK_PORT: '0',
  }
  const read = readLocalEnvironment(environment)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  const ports = { temporal: 0, temporalUi: null, demo }
  return startLocal({ settings: read.settings, environment, say: () => undefined, ports })
}

/** The search path without the folders that contain one of these commands: as on a machine that has none of them. */
function pathWithout(commands: readonly string[]): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders
    .filter((folder) => !commands.some((command) => existsSync(join(folder, command))))
    .join(delimiter)
}

async function releaseOnce({ embedded }: LocalSlipway): Promise<void> {
  const shop = channelOf(createSlackControl(sure(embedded.slackUrl)))
  await shop.ask(alice, 'cut shop "For its memory"', /Cut `/)
  await shop.cardSays(/integration ✅ accepted/)
}
