/** `npm run tour`: plays a release's story on a separate stack, prints the conversation, and stops everything. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  formatSettingProblems,
  type LocalSettings,
  processEnvironment,
  readLocalEnvironment,
} from '../config.js'
import { type LocalSlipway, startLocal } from './local-slipway.js'
import { createSlackControl } from './slack-control.js'
import { openSlackWindow } from './slack-window.js'
import { explainFailure } from './start-failure.js'
import { openChannel } from './tour/channel.js'
import { playStory, whatRunsWhere } from './tour/story.js'

const say = (line: string): void => console.log(line)

await main()

async function main(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-tour-'))
  const environment = ownEnvironment(dataFolder)
  const read = readLocalEnvironment(environment)
  if (read.kind === 'problems') {
    console.error(formatSettingProblems(read.problems))
    process.exitCode = 1
    return
  }
  try {
    await play(read.settings, environment)
  } catch (error) {
    console.error(explainFailure(error, read.settings.logLevel === 'debug'))
    process.exitCode = 1
  } finally {
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Uses nothing of a real installation, whatever the shell has set. */
function ownEnvironment(dataFolder: string): NodeJS.ProcessEnv {
  const own = { SLIPWAY_DATA: dataFolder, SLIPWAY_HTTP_PORT: '0', SLIPWAY_SLACK_PORT: '0' }
  const kept = Object.entries(processEnvironment()).filter(
    ([name]) => !/^(?:SLACK_|SLIPWAY_|DATABASE_URL|TEMPORAL_|GITHUB_)/.test(name) || name === 'SLIPWAY_CACHE',
  )
  return { ...Object.fromEntries(kept), ...own }
}

async function play(settings: LocalSettings, environment: NodeJS.ProcessEnv): Promise<void> {
  say('Starting PostgreSQL, Temporal, a Slack workspace and the demo app in a folder of their own …')
  const ports = { temporal: 0, temporalUi: null, demo: 4301 }
  const local = await startLocal({ settings, environment, say, ports })
  const stop = endOnce(local)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop().finally(() => process.exit(130)))
  }
  try {
    const { embedded, url } = local
    const slackUrl = embedded.slackUrl ?? ''
    const window = await openSlackWindow(slackUrl)
    const channel = openChannel(createSlackControl(slackUrl), window, say)
    await playStory({ channel, repository: embedded.demo.repository, url, say }).finally(() => window.end())
    await printSummary(url)
  } finally {
    await stop()
  }
}

function endOnce(local: LocalSlipway): () => Promise<void> {
  let ending: Promise<void> | null = null
  return () => {
    ending ??= local.stop()
    return ending
  }
}

async function printSummary(url: string): Promise<void> {
  say('')
  say('── What runs where, says the read API ──')
  for (const { name, state, current } of await whatRunsWhere(url)) {
    const what = current === null ? 'nothing' : `${current.candidate ?? 'a commit'}  ${current.commit}`
    say(`  ${name.padEnd(12)} ${state.padEnd(8)} ${what}`)
  }
  say('')
  say('That was the whole story. Try it by hand: npm start')
}
