/**
 * `npm start`: all of Slipway on this machine, with nothing installed except Node and git. With `--watch`, as `npm run dev`
 * calls it, Slipway's process restarts whenever its sources change; all other services and all data stay.
 */
import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import {
  formatSettingProblems,
  type LocalSettings,
  processEnvironment,
  readLocalEnvironment,
} from '../config.js'
import { type SandboxKind, sandboxKinds } from '../domain/sandbox.js'
import { type LocalSlipway, startLocal } from './local-slipway.js'
import { holdLock } from './process-lock.js'
import { findObstacles, startLock } from './start-checks.js'
import { explainFailure } from './start-failure.js'
import { watchSources } from './watch-sources.js'

const say = (line: string): void => console.log(line)

const readiness = z.object({ workers: z.array(z.object({ sandbox: z.enum(sandboxKinds) })) })

const sandboxWords: Readonly<Record<SandboxKind, string>> = {
  bwrap: 'run in a sandbox of bubblewrap',
  user: 'run as users of their own',
  off: 'run as you, without a sandbox: install bubblewrap and slirp4netns for one (docs/security.md)',
}

await main()

async function main(): Promise<void> {
  const environment = processEnvironment()
  const read = readLocalEnvironment(environment)
  if (read.kind === 'problems') return refuse(formatSettingProblems(read.problems))
  try {
    await start(read.settings, environment)
  } catch (error) {
    refuse(explainFailure(error, read.settings.logLevel === 'debug'))
    process.exit()
  }
}

async function start(settings: LocalSettings, environment: NodeJS.ProcessEnv): Promise<void> {
  const obstacles = findObstacles(settings, environment)
  if (obstacles !== null) return refuse(obstacles)
  const lock = startLock(settings.dataFolder)
  holdLock(lock, process.pid)
  say(`Starting ${partsOf(settings).join(', ')} …`)
  const local = await startLocal({ settings, environment, say })
  holdLock(lock, process.pid, local.embedded.slackUrl ?? local.url)
  const watches = process.argv.includes('--watch')
  stopOnSignals(local, watches)
  if (watches) restartOnChange(local)
  reloadOnHangup(local, settings)
  printAddresses(local)
  await printSandbox(local)
}

function refuse(text: string): void {
  console.error(text)
  process.exitCode = 1
}

/** The services that have no address and are started here. */
function partsOf({ databaseUrl, temporalAddress, slack }: LocalSettings): readonly string[] {
  const parts = [
    databaseUrl === null ? 'PostgreSQL' : null,
    temporalAddress === null ? 'Temporal' : null,
    slack === null ? 'a Slack workspace' : null,
  ]
  return [...parts.filter((part) => part !== null), 'the demo app and Slipway']
}

function printAddresses({ embedded, url }: LocalSlipway): void {
  say('')
  say('Slipway is up.')
  if (embedded.slackUrl) {
    say(
      `  Slack workspace  ${embedded.slackUrl}   open it, go to #shop, type: /release cut shop "Summer sale"`,
    )
  }
  say(`  Read API         ${url}/api/v1/apps/shop/environments`)
  if (embedded.temporalUiUrl) say(`  Temporal         ${embedded.temporalUiUrl}`)
  say(
    `  Configuration    ${embedded.variables['SLIPWAY_CONFIG'] ?? ''}   read again with: kill -HUP ${process.pid}`,
  )
  say(`  Demo repository  ${embedded.demo.repository.path}`)
}

/** How the demo's stages are isolated here, and who may do what. */
async function printSandbox({ url }: LocalSlipway): Promise<void> {
  const answer = readiness.safeParse(await (await fetch(`${url}/readyz`)).json())
  const kind = answer.data?.workers[0]?.sandbox
  if (kind !== undefined) say(`  Stages           ${sandboxWords[kind]}`)
  say('')
  say('Alice and Bob cut and promote, Quinn accepts in staging; Alice, Bob and Carol approve production.')
  say('Ctrl-C ends everything; the next start finds it again.')
}

/** One restart after the other; changes during one cause one more. */
function restartOnChange(local: LocalSlipway): void {
  let restarting = Promise.resolve()
  let wanted = 0
  watchSources(dirname(import.meta.dirname), (file) => {
    const mine = ++wanted
    restarting = restarting.then(async () => {
      if (mine !== wanted) return
      const since = Date.now()
      say(`${file} changed, starting Slipway again …`)
      await local.restart().then(
        () => say(`Slipway is up again after ${((Date.now() - since) / 1000).toFixed(1)} s.`),
        (error: unknown) => console.error(`${explainFailure(error, false)}\nThe next change tries again.`),
      )
    })
  })
}

function stopOnSignals(local: LocalSlipway, watches: boolean): void {
  let stopping = false
  const stop = (code: number): void => {
    if (stopping) return
    stopping = true
    say('Stopping …')
    void local.stop().finally(() => process.exit(code))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0))
  if (watches) return
  void local.slipway.ended.then(() => {
    if (stopping) return
    console.error(`Slipway ended unexpectedly. The end of its log:\n${local.slipway.tail()}`)
    stop(1)
  })
}

/** SIGHUP reloads the configuration; but when a terminal closes, it means that nobody is there any more. */
function reloadOnHangup(local: LocalSlipway, { dataFolder }: LocalSettings): void {
  const inTerminal = hasTerminal()
  // Output while it stops then goes nowhere, which must not end it immediately.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('SIGHUP', () => {
    if (inTerminal && !hasTerminal()) process.kill(process.pid, 'SIGTERM')
    else {
      local.slipway.hangUp()
      say(`Reading the configuration again. ${join(dataFolder, 'slipway.log')} says whether it is in force.`)
    }
  })
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
