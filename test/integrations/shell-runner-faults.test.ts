import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StageRunner } from '../../domain/ports.js'
import { isGroupAlive } from '../../integrations/host/process-group.js'
import { parseIdentity } from '../../integrations/host/process-identity.js'
import { jobFolderName } from '../../integrations/stage-runners/job-folder.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import { eventually } from '../support/until.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const PATH = '/usr/local/bin:/usr/bin:/bin'
const driver = fileURLToPath(new URL('support/watch-stage.ts', import.meta.url))

async function setUp(killGraceMs = 400): Promise<{ folder: string; data: string; runner: StageRunner }> {
  const folder = await temporaryFolder()
  const data = path.join(folder, 'data')
  const runner = createShellRunner({
    dataFolder: data,
    baseVariables: { PATH },
    killGraceMs,
    pollMs: 30,
  })
  return { folder, data, runner }
}

function jobFolder(data: string): string {
  const [job = ''] = readdirSync(path.join(data, 'jobs'))
  return path.join(data, 'jobs', job)
}

function commandGroup(data: string): number {
  return parseIdentity(readFileSync(path.join(jobFolder(data), 'pid'), 'utf8'))?.pid ?? 0
}

function supervisorPid(data: string): number {
  const [lock = ''] = readdirSync(jobFolder(data)).filter((name) => /^lock\.\d+$/.test(name))
  return parseIdentity(readlinkSync(path.join(jobFolder(data), lock)))?.pid ?? 0
}

function count(folder: string): number {
  const file = path.join(folder, 'count')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
}

function startWorker(
  folder: string,
  data: string,
  command: string,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', driver, data, folder, command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  return { child, output: () => output }
}

async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

describe('a worker', () => {
  it('killed three times leaves the command alone, which runs once', async () => {
    const { folder, data } = await setUp()
    const command = 'echo x >> count; echo begun; while ! [ -e finish ]; do sleep 0.1; done; echo done'

    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const { child, output } = startWorker(folder, data, command)
      await eventually(() => output().includes('watching'))
      await killed(child, signal)
    }
    const last = startWorker(folder, data, command)
    await eventually(() => last.output().includes('watching'))
    writeFileSync(path.join(folder, 'finish'), '')
    await new Promise((resolve) => last.child.once('close', resolve))

    expect(JSON.parse(last.output().replace('watching', ''))).toMatchObject({
      exit: { kind: 'exited', code: 0 },
      tail: 'begun\ndone\n',
    })
    expect(count(folder)).toBe(1)
  })

  it('that is gone does not stop the timeout', async () => {
    const { folder, data, runner } = await setUp()
    const order = shellOrder(folder, 'echo x >> count; sleep 30', { timeoutMs: 4_000 })
    const contact = recordContact()

    const letGo = runner.execute(order, contact)
    await eventually(() => count(folder) === 1)
    contact.detach()
    await expect(letGo).rejects.toThrow('Stopped watching')
    const group = commandGroup(data)
    await eventually(() => existsSync(path.join(jobFolder(data), 'exit')))

    expect(isGroupAlive(group)).toBe(false)
    const report = await runner.execute(order, recordContact())
    expect(report.exit).toEqual({ kind: 'timed-out', afterMs: 4_000 })
    expect(report.tail).toBe('[slipway: timed out after 4 s]\n')
  })
})

describe('a cancelled stage', () => {
  it('leaves no process alive, also when they refuse to end', async () => {
    const { folder, data, runner } = await setUp()
    const contact = recordContact()
    const command =
      'trap "" TERM; (trap "" TERM; while :; do sleep 0.1; done) & echo up; while :; do sleep 0.1; done'

    const stage = runner.execute(shellOrder(folder, command), contact)
    await eventually(() => contact.text() === 'up\n')
    contact.cancel()
    const report = await stage

    expect(report.exit).toEqual({ kind: 'cancelled' })
    expect(isGroupAlive(commandGroup(data))).toBe(false)
    expect(contact.text()).toBe('up\n[slipway: cancelled]\n')
  })

  it('may clean up after itself within the grace', async () => {
    const { folder, runner } = await setUp(10_000)
    const contact = recordContact()

    const stage = runner.execute(
      shellOrder(folder, 'trap "echo cleaned; exit 0" TERM; echo up; while :; do sleep 0.05; done'),
      contact,
    )
    await eventually(() => contact.text() === 'up\n')
    contact.cancel()

    expect((await stage).tail).toMatch(/^up\n(Terminated\n)?cleaned\n\[slipway: cancelled\]\n$/)
  })

  it('never starts when it was cancelled before', async () => {
    const { folder, runner } = await setUp()
    const contact = recordContact()
    contact.cancel()

    const report = await runner.execute(shellOrder(folder, 'echo x >> count'), contact)
    const elsewhere = shellOrder(path.join(folder, 'nowhere'), 'true', { key: 'without a workspace' })
    const second = await runner.execute(elsewhere, contact)

    expect(report.exit).toEqual({ kind: 'cancelled' })
    expect(second.exit).toEqual({ kind: 'cancelled' })
    expect(count(folder)).toBe(0)
  })
})

describe('a killed supervisor', () => {
  it('makes the command start again, after the first one was ended', async () => {
    const { folder, data, runner } = await setUp()
    const contact = recordContact()
    const command = 'echo x >> count; [ "$(wc -l < count)" -gt 1 ] && exit 0; while :; do sleep 0.1; done'

    const stage = runner.execute(shellOrder(folder, command), contact)
    await eventually(() => count(folder) === 1)
    const first = commandGroup(data)
    process.kill(supervisorPid(data), 'SIGKILL')
    const report = await stage

    expect(report.exit).toEqual({ kind: 'exited', code: 0 })
    expect(isGroupAlive(first)).toBe(false)
    expect(report.tail).toContain('starts again')
    expect(count(folder)).toBe(2)
  })

  it('of a cancelled stage does not start it again', async () => {
    const { folder, data, runner } = await setUp()
    const contact = recordContact()

    const stage = runner.execute(
      shellOrder(folder, 'trap "" TERM; echo x >> count; while :; do sleep 0.1; done'),
      contact,
    )
    await eventually(() => count(folder) === 1)
    const supervisor = supervisorPid(data)
    process.kill(supervisor, 'SIGSTOP')
    contact.cancel()
    await eventually(() => existsSync(path.join(jobFolder(data), 'cancel')))
    process.kill(supervisor, 'SIGKILL')

    expect((await stage).exit).toEqual({ kind: 'cancelled' })
    expect(isGroupAlive(commandGroup(data))).toBe(false)
    expect(count(folder)).toBe(1)
  })
})

describe('what goes wrong around a stage', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'a full disk is an error with its reason, and nothing runs',
    async () => {
      const { folder, data, runner } = await setUp()
      const order = shellOrder(folder, 'echo x >> count')
      const job = path.join(data, 'jobs', jobFolderName(order.key))
      mkdirSync(job, { recursive: true })
      symlinkSync('/dev/full', path.join(job, 'exit.reserve'))

      await expect(runner.execute(order, recordContact())).rejects.toThrow(/Cannot run .*no space left/)
      expect(count(folder)).toBe(0)
    },
  )

  it('a log that cannot be delivered for a while is delivered later, whole', async () => {
    const { folder, runner } = await setUp()
    const contact = recordContact()
    let failures = 3
    const shaky = {
      ...contact,
      log: (offset: number, text: string) => {
        failures -= 1
        return failures >= 0 ? Promise.reject(new Error('database down')) : contact.log(offset, text)
      },
    }

    await runner.execute(shellOrder(folder, 'echo one; sleep 0.5; echo two'), shaky)

    expect(contact.text()).toBe('one\ntwo\n')
  })

  it('hostile outputs are ignored, also a link to somebody else’s file', async () => {
    const { folder, runner } = await setUp()

    const report = await runner.execute(
      shellOrder(folder, 'rm "$SLIPWAY_OUTPUT"; ln -s /etc/passwd "$SLIPWAY_OUTPUT"'),
      recordContact(),
    )

    expect(report.outputs).toEqual({})
  })
})
