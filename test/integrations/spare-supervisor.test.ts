/** A supervisor that is started ahead: the next stage takes it, and it ends with its worker. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseIdentity } from '../../integrations/host/process-identity.js'
import { jobFolderName } from '../../integrations/stage-runners/job-folder.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import {
  createSupervisors,
  type SpawnedSupervisor,
} from '../../integrations/stage-runners/spawn-supervisor.js'
import { eventually } from '../support/until.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'
const driver = fileURLToPath(new URL('support/watch-stage.ts', import.meta.url))

/** The supervisors that a process started and that have not ended. */
const supervisorsOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
    .filter((child) => child !== '' && isSupervisor(child))
    .map(Number)

/** A process that ended and was not reaped yet has no command line. */
function isSupervisor(pid: number | string): boolean {
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) && /supervisor\.[jt]s/.test(readFileSync(file, 'utf8'))
}

function supervisorOf(data: string, key: string): number {
  const folder = path.join(data, 'jobs', jobFolderName(key))
  const [lock = ''] = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('lock.')) : []
  return lock === '' ? 0 : (parseIdentity(readlinkSync(path.join(folder, lock)))?.pid ?? 0)
}

describe.skipIf(process.platform !== 'linux')('a supervisor that is started ahead', () => {
  it('is taken by the next stage, which starts its own if the spare is gone', async () => {
    const folder = await temporaryFolder()
    const data = path.join(folder, 'data')
    const before = supervisorsOf(process.pid)
    const runner = createShellRunner({
      ...{ dataFolder: data, baseVariables: { PATH }, pollMs: 30, keepsSpare: true },
    })
    const spares = () => supervisorsOf(process.pid).filter((pid) => !before.includes(pid))
    const run = (key: string, command = 'true') =>
      runner.execute(shellOrder(folder, command, { key }), recordContact())

    await run('first')
    await eventually(() => spares().length === 1)
    const [spare = 0] = spares()
    const second = run('second', 'while ! [ -e finish ]; do sleep 0.05; done')
    await eventually(() => supervisorOf(data, 'second') !== 0)

    expect(supervisorOf(data, 'second')).toBe(spare)
    writeFileSync(path.join(folder, 'finish'), '')
    expect((await second).exit).toEqual({ kind: 'exited', code: 0 })

    for (const pid of spares()) process.kill(pid, 'SIGKILL')
    await eventually(() => spares().length === 0)
    expect((await run('third')).exit).toEqual({ kind: 'exited', code: 0 })
    for (const pid of spares()) process.kill(pid, 'SIGKILL')
  })

  it('that the machine has no room for keeps no order from running, and gets no order of another', async () => {
    const folder = await temporaryFolder()
    let reads = 0
    const environment = {
      get PATH(): string {
        // Read once for each supervisor: the second is the spare.
        if (++reads === 2) throw new Error('spawn ENOMEM')
        return PATH
      },
    }
    const supervisors = createSupervisors(environment, { keepsSpare: true })
    const ordered = (name: string, command: string): SpawnedSupervisor => {
      const job = path.join(folder, name)
      mkdirSync(job)
      return supervisors.start({
        ...{ folder: job, command, workspace: folder, checkout: null, notes: [], variables: { PATH } },
        ...{ redact: [], confinement: null, timeoutMs: 60_000, killGraceMs: 1_000, logLimit: 1_000 },
      })
    }
    const before = supervisorsOf(process.pid)

    const first = ordered('first', 'while ! [ -e finish ]; do sleep 0.05; done')
    const second = ordered('second', 'true')
    await eventually(() => !second.isRunning)
    expect([first.isRunning, second.fault]).toEqual([true, null])

    writeFileSync(path.join(folder, 'finish'), '')
    await eventually(() => !first.isRunning)
    for (const pid of supervisorsOf(process.pid).filter((one) => !before.includes(one)))
      process.kill(pid, 'SIGKILL')
  })

  it('ends with its worker, however that ends', async () => {
    const folder = await temporaryFolder()
    const data = path.join(folder, 'data')
    const command = 'while ! [ -e finish ]; do sleep 0.05; done'
    const worker = spawn(process.execPath, ['--import', 'tsx', driver, data, folder, command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = worker.pid ?? 0
    await eventually(() => supervisorsOf(pid).length === 2)
    const spares = supervisorsOf(pid)
    await killed(worker)
    await eventually(() => spares.filter(isSupervisor).length === 1)
    await eventually(() => supervisorOf(data, 'dep_1/patch/1') !== 0)

    expect(spares.filter(isSupervisor)).toEqual([supervisorOf(data, 'dep_1/patch/1')])
    writeFileSync(path.join(folder, 'finish'), '')
    await eventually(() => !spares.some(isSupervisor))
  })
})

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
