/** A supervisor that is done with its stage: the next one takes it, and it ends with its worker. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseIdentity } from '../../integrations/host/process-identity.js'
import { jobFolderName } from '../../integrations/stage-runners/job-folder.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import { childrenOf, commandLineOf } from '../support/child-processes.js'
import { eventually } from '../support/until.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'
const driver = fileURLToPath(new URL('support/watch-stage.ts', import.meta.url))

const supervisorsOf = (pid: number): readonly number[] => childrenOf(pid, isSupervisor)

const isSupervisor = (pid: number): boolean => /supervisor\.[jt]s/.test(commandLineOf(pid))

function supervisorOf(data: string, key: string): number {
  const folder = path.join(data, 'jobs', jobFolderName(key))
  const [lock = ''] = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('lock.')) : []
  return lock === '' ? 0 : (parseIdentity(readlinkSync(path.join(folder, lock)))?.pid ?? 0)
}

describe.skipIf(process.platform !== 'linux')('a supervisor that is done with its stage', () => {
  it('is taken by the next stage, which starts its own if it is gone', async () => {
    const { data, run, started, finish } = await runnerIn(await temporaryFolder())

    await run('first')
    const [first = 0] = started()
    const second = run('second', UNTIL_FINISHED)
    await eventually(() => supervisorOf(data, 'second') !== 0)

    expect([started(), supervisorOf(data, 'second')]).toEqual([[first], first])
    finish()
    expect((await second).exit).toEqual({ kind: 'exited', code: 0 })

    process.kill(first, 'SIGKILL')
    await eventually(() => started().length === 0)
    expect((await run('third')).exit).toEqual({ kind: 'exited', code: 0 })
    for (const pid of started()) process.kill(pid, 'SIGKILL')
  })

  it('is kept if no other waits, and ends otherwise: two stages at once have two', async () => {
    const { data, run, started, finish } = await runnerIn(await temporaryFolder())

    const stages = ['first', 'second'].map((key) => run(key, UNTIL_FINISHED))
    await eventually(() => supervisorOf(data, 'first') !== 0 && supervisorOf(data, 'second') !== 0)
    expect(supervisorOf(data, 'first')).not.toBe(supervisorOf(data, 'second'))

    finish()
    for (const stage of stages) expect((await stage).exit).toEqual({ kind: 'exited', code: 0 })
    await eventually(() => started().length === 1)
    for (const pid of started()) process.kill(pid, 'SIGKILL')
  })

  it('gets no other if its command could not be started: what is left of that ends with it', async () => {
    const { folder, runner, run, started } = await runnerIn(await temporaryFolder())
    const layers = { kind: 'overlay', lower: '/l', upper: '/u', work: '/w' } as const

    const unstarted = shellOrder(folder, 'true', { key: 'unstarted', checkout: layers })
    const { exit, tail } = await runner.execute(unstarted, recordContact())
    expect([exit, tail]).toEqual([{ kind: 'exited', code: 126 }, expect.stringContaining('takes bubblewrap')])
    await eventually(() => started().length === 0)

    expect((await run('next')).exit).toEqual({ kind: 'exited', code: 0 })
    for (const pid of started()) process.kill(pid, 'SIGKILL')
  })

  it('gets orders as they are, whatever characters they have', async () => {
    const { run, started } = await runnerIn(await temporaryFolder())

    const { tail } = await run('lines', "printf '%s' 'a\u2028b\u2029c'")
    expect(tail).toBe('a\u2028b\u2029c')
    for (const pid of started()) process.kill(pid, 'SIGKILL')
  })

  it('ends with its worker, and with its stage if that outlives the worker', async () => {
    const folder = await temporaryFolder()
    const data = path.join(folder, 'data')
    const worker = spawn(process.execPath, ['--import', 'tsx', driver, data, folder, UNTIL_FINISHED], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await eventually(() => supervisorOf(data, 'dep_1/patch/1') !== 0)
    const supervisor = supervisorOf(data, 'dep_1/patch/1')
    await killed(worker)
    expect(isSupervisor(supervisor)).toBe(true)

    writeFileSync(path.join(folder, 'finish'), '')
    await eventually(() => !isSupervisor(supervisor))
  })
})

const UNTIL_FINISHED = 'while ! [ -e finish ]; do sleep 0.05; done'

async function runnerIn(folder: string) {
  const data = path.join(folder, 'data')
  const before = supervisorsOf(process.pid)
  const runner = createShellRunner({ dataFolder: data, baseVariables: { PATH }, pollMs: 30 })
  return {
    folder,
    data,
    runner,
    run: (key: string, command = 'true') =>
      runner.execute(shellOrder(folder, command, { key }), recordContact()),
    started: () => supervisorsOf(process.pid).filter((pid) => !before.includes(pid)),
    finish: () => writeFileSync(path.join(folder, 'finish'), ''),
  }
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
