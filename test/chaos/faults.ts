/** The faults: a list from the seed, carried out one after the other while people work. */
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { sql } from 'kysely'
import type { Chance } from '../simulation/chance.js'
import { signalPart } from '../support/parts.js'
import { type ProcessName, processNames, type Setting } from './setting.js'

export interface Fault {
  /** A full description, including where it happens. */
  readonly name: string
  /** Resolves when the fault is over and everything it killed was restarted. */
  readonly happen: (setting: Setting) => Promise<void>
}

/** Longer than the leases of a leader (15 s), of a heartbeat (10 s) and of a statement (10 s). */
const PAST_LEASES_MS = 18_000
const HANG_MS = 8_000

/** More than the five minutes by which a request to the bot may be old. */
const MOVED_S = 7_200

/** What this machine cannot do, and why; the fault is left out then. */
export function impossible({ disk, clocks }: Setting, fault: string): string | null {
  if (fault === FULL_DISK && disk === null) return 'this process may not mount a disk'
  return fault.startsWith(MOVED_CLOCK) && clocks === null ? 'libfaketime is not installed' : null
}

const FULL_DISK = 'the disk of the workers is full'
const MOVED_CLOCK = 'clock two hours'

const pidOf = ({ stack }: Setting, name: ProcessName): number => {
  const running = stack.processes.get(name)
  if (!running) throw new Error(`${name} does not run`)
  return running.pid
}

const ofProcess: Readonly<Record<string, (name: ProcessName) => Fault['happen']>> = {
  SIGKILL: (name) => async (setting) => {
    await setting.stack.kill(name)
    await setting.startAgain(name)
  },
  SIGTERM: (name) => async (setting) => {
    await setting.stack.processes.get(name)?.stop()
    await setting.startAgain(name)
  },
  SIGSTOP: (name) => async (setting) => {
    const pid = pidOf(setting, name)
    process.kill(-pid, 'SIGSTOP')
    await delay(PAST_LEASES_MS)
    process.kill(-pid, 'SIGCONT')
  },
  [`${MOVED_CLOCK} ahead of`]: (name) => moveClock(name, MOVED_S),
  [`${MOVED_CLOCK} behind`]: (name) => moveClock(name, -MOVED_S),
}

/** Only one process goes wrong: people, PostgreSQL and Temporal keep the time. */
function moveClock(name: ProcessName, seconds: number): Fault['happen'] {
  return async ({ clocks }) => {
    clocks?.move(name, seconds)
    await delay(PAST_LEASES_MS)
    clocks?.move(name, 0)
  }
}

/** Terminated like an operator would; one that does not run is ignored. */
async function terminate({ stack }: Setting, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address: stack.variables['TEMPORAL_ADDRESS'] ?? '' })
  try {
    await new Client({ connection }).workflow.getHandle(workflowId).terminate('chaos')
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
  } finally {
    await connection.close()
  }
}

const ofEnvironment =
  (name: string): Fault['happen'] =>
  (setting) =>
    terminate(setting, `environment/shop/${name}`)

/** Among those that still run. */
const ofRelease =
  (order: 'asc' | 'desc'): Fault['happen'] =>
  async (setting) => {
    const release = await setting.stack.database.db
      .selectFrom('releases')
      .select('id')
      .where('state', '=', 'open')
      .orderBy('created_at', order)
      .executeTakeFirst()
    if (release) await terminate(setting, `release/shop/${release.id}`)
  }

const ofSurroundings: Readonly<Record<string, Fault['happen']>> = {
  'restart of Temporal': (setting) => setting.restartTemporal(),
  'crash of PostgreSQL': (setting) => setting.crashPostgres(),
  'connections to PostgreSQL cut': async ({ stack }) => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where usename = current_user and pid <> pg_backend_pid()`.execute(stack.database.db)
  },
  'connections to PostgreSQL stalled': async ({ proxy }) => {
    proxy.stallAll()
    await delay(HANG_MS)
    proxy.flow()
  },
  'Slack hangs': async ({ stack }) => {
    signalPart(stack.dataFolder, 'slack', 'SIGSTOP')
    await delay(HANG_MS)
    signalPart(stack.dataFolder, 'slack', 'SIGCONT')
  },
  'Slack is gone': async ({ slackProxy }) => {
    slackProxy.breakAll()
    await delay(HANG_MS)
    slackProxy.flow()
  },
  [FULL_DISK]: async ({ disk }) => {
    disk?.fill()
    await delay(HANG_MS)
    disk?.free()
  },
  'the git remote hangs': async ({ git }) => {
    git.behave = 'hang'
    await delay(HANG_MS)
    git.behave = 'normal'
  },
  'the workflow of integration terminated': ofEnvironment('integration'),
  'the workflow of staging terminated': ofEnvironment('staging'),
  'the workflow of production terminated': ofEnvironment('production'),
  'the workflow of the oldest release terminated': ofRelease('asc'),
  'the workflow of the newest release terminated': ofRelease('desc'),
}

const everyFault: readonly Fault[] = [
  ...Object.entries(ofProcess).flatMap(([signal, harm]) =>
    processNames.map((name) => ({ name: `${signal} ${name}`, happen: harm(name) })),
  ),
  ...Object.entries(ofSurroundings).map(([name, happen]) => ({ name, happen })),
]

/** As many as requested: each kind once in an order from the seed, then again in another order. */
export function faultsOf(chance: Chance, count: number): readonly Fault[] {
  const faults: Fault[] = []
  let left: Fault[] = []
  while (faults.length < count) {
    if (left.length === 0) left = [...everyFault]
    faults.push(...left.splice(chance.below(left.length), 1))
  }
  return faults
}
