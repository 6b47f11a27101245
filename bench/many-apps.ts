/** P.6: hundreds of apps of four environments, each with its own repository behind HTTPS: start, reload, idling, memory. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import PQueue from 'p-queue'
import { apiOf } from '../test/support/api.js'
import { setup as compile } from '../test/support/compile-slipway.js'
import { COMPILED_MAIN } from '../test/support/compiled-main.js'
import { startGitServer } from '../test/support/git-server.js'
import { hangUp } from '../test/support/reconfigure.js'
import { newStackHome, type Stack, startStack } from '../test/support/stack.js'
import { until } from '../test/support/until.js'
import { configurationOf, threeStepApp } from './configuration.js'
import { type Say, timed } from './figures.js'
import { makeLargeRepository } from './large-repository.js'
import { memoryMiB, processorSeconds } from './process-usage.js'

const ENVIRONMENTS = 4
const SETTLE_MS = 30_000
const IDLE_MS = 60_000
const READS_AT_ONCE = 8
const PATIENCE_MS = 600_000

export async function manyApps(say: Say, apps: number): Promise<void> {
  const names = [...Array(apps).keys()].map((index) => `app-${index}`)
  await compile()
  const home = await newStackHome()
  const root = join(home.dataFolder, 'repositories')
  const first = await makeLargeRepository(join(root, 'first'), { files: 2, commits: 1, tags: 1 })
  for (const name of names) cpSync(first, join(root, `${name}.git`), { recursive: true })
  const git = await startGitServer(root)
  const stack = await startStack({
    ...{ home, processes: 'none', variables: git.variables },
    configure: () => configurationOf(names.map((name) => appOf(name, git.address(`${name}.git`)))),
  })
  try {
    say(
      `[P.6] ${apps} apps of ${ENVIRONMENTS} environments, bot and worker compiled, each remote behind HTTPS`,
    )
    const ready = await timed(() => start(stack, names))
    const used = [...stack.processes.values()].map(({ pid }) => processorSeconds(pid))
    const busy = used.reduce((all, one) => all + one, 0).toFixed(1)
    say(`      ready, with every environment in the read API  ${seconds(ready)} s (at most 20)`)
    say(`      processor time of both until then              ${busy} s`)
    const reloaded = await timed(() => reload(stack, names.slice(0, 1)))
    say(`      one changed app is in force                    ${seconds(reloaded)} s (at most 10)`)
    await untilNoted(stack, apps)
    await delay(SETTLE_MS)
    await idle(stack, say)
  } finally {
    await stack.close()
    git.close()
    rmSync(home.dataFolder, { recursive: true, force: true, maxRetries: 3 })
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

const FOURTH = '      - { name: preproduction, accept: { from: [everyone] }, patch: { run: "true" } }\n'

const appOf = (name: string, repository: string): string => `${threeStepApp(name, repository)}${FOURTH}`

async function start(stack: Stack, names: readonly string[]): Promise<void> {
  const main = process.env[COMPILED_MAIN]
  const by = main === undefined ? {} : { main }
  await Promise.all([stack.start('bot', 'bot', {}, by), stack.start('worker', 'worker', {}, by)])
  await untilKnown(stack, names, ENVIRONMENTS)
}

/** Reads every app until all of its environments are visible. */
async function untilKnown({ url }: Stack, apps: readonly string[], environments: number): Promise<void> {
  const queue = new PQueue({ concurrency: READS_AT_ONCE })
  const known = async (app: string): Promise<boolean> =>
    (await apiOf(url, app).environments()).length === environments
  await queue.addAll(apps.map((app) => () => until('the environments', () => known(app), PATIENCE_MS)))
}

/** Waits until every app's repository was cloned, once, and the head of its branch recorded. */
async function untilNoted({ database: { db } }: Stack, apps: number): Promise<void> {
  const noted = async (): Promise<boolean> =>
    (await db.selectFrom('audit').select('id').where('kind', '=', 'push.noted').execute()).length === apps
  await until('the first looks', noted, PATIENCE_MS)
}

/** The first app gets a fifth environment; waits until both processes report the new configuration. */
async function reload(stack: Stack, changed: readonly string[]): Promise<void> {
  const file = join(stack.dataFolder, 'slipway.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(FOURTH, `${FOURTH}${FOURTH.replace('pre', 'post')}`))
  hangUp(stack)
  const logs = [...stack.processes.keys()].map((name) => join(stack.dataFolder, `${name}.log`))
  for (const log of logs)
    await until(
      'the reload',
      () => readFileSync(log, 'utf8').includes('configuration is in force'),
      PATIENCE_MS,
    )
  await untilKnown(stack, changed, ENVIRONMENTS + 1)
}

async function idle(stack: Stack, say: Say): Promise<void> {
  const groups = [...stack.processes.values()].map(({ name, pid }) => ({
    name,
    pid,
    before: processorSeconds(pid),
  }))
  const queries = await transactions(stack)
  await delay(IDLE_MS)
  let used = 0
  let held = 0
  for (const { name, pid, before } of groups) {
    const cores = (processorSeconds(pid) - before) / (IDLE_MS / 1_000)
    const memory = memoryMiB(pid)
    used += cores
    held += memory
    say(`      ${name.padEnd(10)} idle ${(cores * 100).toFixed(1)} % of a core, ${memory.toFixed(0)} MiB`)
  }
  const perSecond = ((await transactions(stack)) - queries) / (IDLE_MS / 1_000)
  say(
    `      both       idle ${(used * 100).toFixed(1)} % of a core (at most 10), ${held.toFixed(0)} MiB (at most 500)`,
  )
  say(`      transactions of PostgreSQL                     ${perSecond.toFixed(1)} a second`)
}

async function transactions({ database }: Stack): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    select xact_commit::float8 as count from pg_stat_database where datname = current_database()`.execute(
    database.db,
  )
  return rows[0]?.count ?? 0
}
