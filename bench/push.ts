/** From a push to the commit running in integration, compared with the bare commands of its stages on the same host. */
import { execFile } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { awaitedLater } from '../domain/promises.js'
import { setup as compileSlipway } from '../test/support/compile-slipway.js'
import { type Stack, startStack } from '../test/support/stack.js'
import { figuresOf, printTable, type Say, timed } from './figures.js'

const run = promisify(execFile)
const SECRET = 'what-the-pushes-are-signed-with'
/** Not measured: they load code, as after a start. */
const WARM_UP = 10
const PUSHES = 30
const PATIENCE_MS = 60_000
/** Before each measurement, so that none has work of the one before it beside it: cards, reports, what was retired. */
const QUIET_MS = 1_500
const author = { name: 'Bob', email: 'bob@example.com' }

/** Prints the time of both. */
export async function pushToRunning(say: Say): Promise<void> {
  // Compiled, as in the container: from sources, the supervisor of each stage would load a compiler first.
  await compileSlipway()
  const stack = await startStack({
    variables: { SLIPWAY_WEBHOOK_SECRET: SECRET },
    configure: (yaml) => `pollEvery: never\n${yaml}`,
  })
  const record = await listen(stack)
  try {
    // The first push sets the environment up; the measured ones patch it.
    const first = await commit(stack, 0)
    await push(stack, record, first)
    await bareStages(stack, first, true)
    const pushed: number[] = []
    const bare: number[] = []
    for (let index = 1; index <= WARM_UP + PUSHES; index++) {
      const sha = await commit(stack, index)
      const pushTime = await timedAlone(() => push(stack, record, sha))
      const bareTime = await timedAlone(() => bareStages(stack, sha, false))
      if (index <= WARM_UP) continue
      pushed.push(pushTime)
      bare.push(bareTime)
    }
    const commands = figuresOf(bare)
    printTable(say, 'push → running in integration, ms', [
      { title: 'the bare commands: clone, build, patch, check', figures: commands, baseline: null },
      {
        title: 'by Slipway, from the webhook to the record',
        figures: figuresOf(pushed),
        baseline: commands,
      },
    ])
  } finally {
    await record.end()
    await stack.close()
  }
}

/** The database tells what runs: the API would share the process that is measured, and asking all the time would share its cores. */
async function listen({ database, databaseUrl }: Stack): Promise<pg.Client> {
  await sql`create function tell_what_runs() returns trigger language plpgsql
    as $$ begin perform pg_notify('runs', ''); return null; end $$`.execute(database.db)
  await sql`create trigger bench after update on environments
    for each row execute function tell_what_runs()`.execute(database.db)
  const record = new pg.Client({ connectionString: databaseUrl })
  await record.connect()
  await record.query('listen runs')
  return record
}

const commit = (stack: Stack, index: number): Promise<string> =>
  stack.embedded.demo.repository.commit({
    files: { 'bench.txt': `${index}\n` },
    message: `Push ${index}`,
    author,
  })

async function push(stack: Stack, record: pg.Client, sha: string): Promise<void> {
  const repository = { clone_url: stack.embedded.demo.repository.path }
  const body = JSON.stringify({ ref: 'refs/heads/main', after: sha, repository })
  const signature = createHmac('sha256', SECRET).update(body).digest('hex')
  await fetch(`${stack.url}/webhooks/git`, {
    method: 'POST',
    body,
    headers: { 'x-slipway-signature': `sha256=${signature}`, 'x-slipway-delivery': randomUUID() },
  })
  const signal = AbortSignal.timeout(PATIENCE_MS)
  for (;;) {
    const told = awaitedLater(once(record, 'notification', { signal }))
    if ((await runningIn(stack)) === sha) return
    await told
  }
}

async function runningIn({ database }: Stack): Promise<string | null> {
  const row = await database.db
    .selectFrom('environments')
    .innerJoin('deployments', 'deployments.id', 'environments.current_deployment')
    .select('deployments.commit')
    .where(sql`environments.name`, '=', 'integration')
    .executeTakeFirst()
  return row?.commit ?? null
}

/** The work of the stages, done directly, in a separate environment. */
async function bareStages(stack: Stack, sha: string, isFirst: boolean): Promise<void> {
  // The demo's host only reads schemas below its own Slipway's data folder.
  const folder = mkdtempSync(join(stack.dataFolder, 'bench-'))
  try {
    await run('git', ['clone', '--quiet', stack.embedded.demo.repository.path, folder])
    await run('git', ['-C', folder, 'checkout', '--quiet', sha])
    const env = {
      ...process.env,
      DEMO_HOST_URL: stack.embedded.demo.hostUrl,
      SLIPWAY_COMMIT: sha,
      SLIPWAY_ENVIRONMENT: 'bare',
      SLIPWAY_ARTIFACT_DIR: folder,
      SLIPWAY_OUTPUT: join(folder, '.git', 'output'),
    }
    const stage = (name: string, command: string): Promise<unknown> =>
      run('sh', ['-c', command], {
        cwd: folder,
        env: { ...env, SLIPWAY_STAGE: name, SLIPWAY_IDEMPOTENCY_KEY: `${sha}/${name}` },
      })
    await stage('build', 'npm run build')
    await stage(isFirst ? 'setup' : 'patch', isFirst ? 'deploy/setup.sh' : 'deploy/patch.sh')
    await stage('check', 'deploy/smoke.sh')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timedAlone(work: () => Promise<unknown>): Promise<number> {
  await sleep(QUIET_MS)
  return timed(work)
}
