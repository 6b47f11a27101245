import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Logger, pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { confinementPlan, openSandbox } from '../../compose/sandbox.js'
import { parseConfiguration, readWorkerEnvironment, type WorkerSettings } from '../../config.js'
import type { Configuration } from '../../domain/configuration.js'
import { missingCapabilities } from '../../integrations/sandbox/find-users.js'
import { sample, sampleWith } from '../config/sample.js'
import { bubblewrap } from '../integrations/support/sandboxes.js'
import { temporaryFolder } from '../integrations/support/temporary-folder.js'

async function settingsWith(more: NodeJS.ProcessEnv = {}): Promise<WorkerSettings> {
  const read = readWorkerEnvironment({
    ...{ DATABASE_URL: 'postgres://u:of-the-test@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' },
    SLIPWAY_DATA: await temporaryFolder(),
    ...more,
  })
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.settings
}

function configurationOf(text: string): Configuration {
  const read = parseConfiguration(text, 'slipway.yaml')
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.configuration
}

/** Opens it and gives what the log said, by level. */
async function start(settings: WorkerSettings, text: string): Promise<readonly string[]> {
  const lines: string[] = []
  const log: Logger = pino({ base: null, timestamp: false }, { write: (line) => lines.push(line.trim()) })
  const configuration = configurationOf(text)
  await openSandbox({ settings, configuration: () => configuration, environment: process.env }, log)
  return lines
}

const channel = '    channel: C01SHOP\n'
const openedTo = (folder: string): string =>
  sampleWith(channel, `${channel}    sandbox: { write: ["${folder}"] }\n`)

describe('at the start', () => {
  test('without a sandbox the risk is named where there is more than one app', async () => {
    const settings = await settingsWith({ SLIPWAY_SANDBOX: 'off' })
    const [, shop = ''] = /^(  shop:.*)/ms.exec(sample) ?? []
    const bank = shop.replace('shop:', 'bank:').replace('acme/shop.git', 'acme/bank.git')

    expect((await start(settings, sample)).join()).not.toContain('can act as Slipway')
    expect(await start(settings, `${sample}${bank}`)).toEqual([
      expect.stringMatching(/"level":40.*any of the 2 apps.*can act as Slipway and as every other app/),
    ])
  })

  test.skipIf(bubblewrap === null)('stages on the machine’s network are named', async () => {
    const text = sampleWith(
      '{ run: npm run build, artifacts: [dist], timeout: 15m }',
      '{ run: x, network: host }',
    )
    const lines = await start(await settingsWith(), text)

    expect(lines.at(-1)).toMatch(
      /"level":40.*"stages":\["shop\/build"\].*only their own credentials protect them/,
    )
    expect((await start(await settingsWith(), sample)).join()).not.toContain('network: host')
  })

  test.skipIf(bubblewrap === null)('a path that would open Slipway itself stops it, by name', async () => {
    const settings = await settingsWith()
    const data = settings.dataFolder

    await expect(start(settings, openedTo(path.dirname(data)))).rejects.toThrow(
      /^apps\.shop\.sandbox: .*may not open .*→ name another path/,
    )
    await expect(start(settings, openedTo('/opt/nowhere'))).rejects.toThrow(/\/opt\/nowhere.*does not have/)
  })

  test.skipIf(bubblewrap?.uids == null)('a range of user ids that is too small stops it', async () => {
    const [, shop = ''] = /^(  shop:.*)/ms.exec(sample) ?? []
    const bank = shop.replace('shop:', 'bank:').replace('acme/shop.git', 'acme/bank.git')
    const settings = await settingsWith({ SLIPWAY_SANDBOX_UIDS: '60400-60400' })

    await expect(start(settings, `${sample}${bank}`)).rejects.toThrow(
      'SLIPWAY_SANDBOX_UIDS: holds 1 user ids for 2 apps → widen the range to one id for each app',
    )
  })
})

describe.skipIf(process.getuid?.() !== 0)('users of their own', () => {
  const asked = { SLIPWAY_SANDBOX: 'user', SLIPWAY_BUILDS: '1', SLIPWAY_STAGES: '2' }

  test('are as many as run at once, or nothing starts', async () => {
    const few = await settingsWith({ ...asked, SLIPWAY_SANDBOX_UIDS: '60400-60401' })
    await expect(start(few, sample)).rejects.toThrow(
      'SLIPWAY_SANDBOX_UIDS: holds 2 user ids for 3 commands at once → widen the range to one id for each of SLIPWAY_BUILDS and SLIPWAY_STAGES',
    )
    const enough = await settingsWith({ ...asked, SLIPWAY_SANDBOX_UIDS: '60400-60402' })
    const lines = await start(enough, sample)
    expect(lines).toEqual([
      expect.stringMatching(/"level":40.*a user of its own \(60400 to 60402\)/),
      expect.stringMatching(
        /"level":30.*own checkout is a copy of the shared one \(layers take bubblewrap\)/,
      ),
    ])
  })

  test('pass through Slipway’s folder, and what lies in it is nobody else’s', async () => {
    const settings = await settingsWith(asked)
    const mode = async (...names: string[]): Promise<string> =>
      ((await stat(path.join(settings.dataFolder, ...names))).mode & 0o777).toString(8)
    await writeFile(path.join(settings.dataFolder, 'slipway.log'), 'x', { mode: 0o644 })
    await start(settings, sample)

    expect(await Promise.all([mode(), mode('work'), mode('jobs')])).toEqual(['711', '711', '711'])
    expect([await mode('slipway.log'), await mode('git')]).toEqual(['600', '700'])
    await start({ ...settings, sandbox: { ...settings.sandbox, mode: 'off' } }, sample)
    expect(await mode()).toBe('700')
  })

  test('need a way to it', async () => {
    const folder = await temporaryFolder()
    await chmod(folder, 0o700)
    const settings = await settingsWith({ ...asked, SLIPWAY_DATA: path.join(folder, 'data') })
    await mkdir(settings.dataFolder)

    await expect(start(settings, sample)).rejects.toThrow(
      /^SLIPWAY_SANDBOX=user does not work here: .*does not reach its place in SLIPWAY_DATA.*chmod o\+x/,
    )
  })
})

test('users of their own need root, or the capabilities of its that they are made with', () => {
  expect(missingCapabilities('Name:\tnode\nCapEff:\t00000000a80425fb\n')).toEqual([])
  expect(missingCapabilities('CapEff:\t00000000000001eb')).toEqual([])
  expect(missingCapabilities('CapEff:\t00000000000001cb')).toEqual(['kill'])
  expect(missingCapabilities('CapEff:\t0000000000000000')).toHaveLength(7)
})

test.skipIf(bubblewrap === null)('PostgreSQL and Temporal are shut off by name and port', async () => {
  const settings = await settingsWith({ DATABASE_URL: 'postgres://u:of-the-test@db.example:6543/slipway' })
  const plan =
    bubblewrap && confinementPlan({ settings, configuration: () => configurationOf(sample) }, bubblewrap)

  expect(plan?.closedServices).toEqual(['db.example:6543', 'temporal:7233'])
  expect(plan?.closedFolders).toContain(settings.dataFolder)
})
