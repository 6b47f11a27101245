/** The cost of isolating a command: the same command through the shell runner, in each kind of sandbox. */
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StageRunner } from '../domain/ports.js'
import type { StageNetwork } from '../domain/sandbox.js'
import { removeFolder } from '../integrations/host/remove-folder.js'
import { findSandbox } from '../integrations/sandbox/find-sandbox.js'
import type { ConfinementPlan } from '../integrations/stage-runners/confinement-of.js'
import type { createShellRunner as CreateShellRunner } from '../integrations/stage-runners/shell-runner.js'
import { recordContact, shellOrder } from '../test/integrations/support/stage-contacts.js'
import { setup as compileSlipway } from '../test/support/compile-slipway.js'
import { COMPILED_MAIN } from '../test/support/compiled-main.js'
import { figuresOf, printTable, type Row, type Say, timed } from './figures.js'
import { sure } from './slipway-release.js'

const TURNS = 40
const PATH = `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`
const UIDS = { first: 60_500, last: 60_509 }

/** A way to run the command. */
interface Way {
  readonly title: string
  readonly runner: StageRunner
  readonly network: StageNetwork
  readonly times: number[]
}

export async function stageCost(say: Say): Promise<void> {
  say('A stage that runs `true`, from the order to its report, in turns: alone, and in each kind of sandbox')
  // Compiled, as in the container: from sources, the supervisor of each stage would load a compiler first.
  await compileSlipway()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stage-'))
  // Other users' commands have to get through it.
  chmodSync(folder, 0o711)
  try {
    const ways = await openWays(folder, say)
    // The first stage of each way is not timed: no supervisor was started ahead for it.
    for (let turn = 0; turn <= TURNS; turn++)
      for (const way of ways) {
        const ms = await timed(() => runOnce(way, folder, turn))
        if (turn > 0) way.times.push(ms)
      }
    const [alone] = ways
    const baseline = figuresOf(sure(alone).times)
    const rows = ways.map(({ title, times }, index): Row => {
      const figures = figuresOf(times)
      const more = index === 0 ? '' : `, ${(figures.median - baseline.median).toFixed(0)} ms more`
      return { title: `${title}${more}`, figures, baseline: index === 0 ? null : baseline }
    })
    printTable(say, 'of a stage, ms', rows)
  } finally {
    await removeFolder(folder)
  }
}

/** Kinds that do not work on this machine are left out by name. */
async function openWays(folder: string, say: Say): Promise<readonly Way[]> {
  const ways = [await openWay(folder, { title: 'no sandbox', sandbox: null, network: 'host' })]
  for (const mode of ['user', 'bwrap'] as const) {
    const dataFolder = join(folder, mode)
    mkdirSync(dataFolder, { recursive: true })
    const sandbox = await findSandbox({ mode, uids: UIDS, path: PATH, dataFolder })
    if (typeof sandbox === 'string' || sandbox.kind === 'off') {
      say(`  left out: ${typeof sandbox === 'string' ? sandbox : sandbox.status.says}`)
      continue
    }
    const networks: readonly StageNetwork[] = mode === 'user' ? ['host'] : ['host', 'none', 'outside']
    for (const network of networks)
      ways.push(await openWay(folder, { title: `${mode}, network: ${network}`, sandbox, network }))
  }
  return ways
}

async function openWay(
  folder: string,
  {
    title,
    sandbox,
    network,
  }: Pick<Way, 'title' | 'network'> & { readonly sandbox: ConfinementPlan['sandbox'] | null },
): Promise<Way> {
  const dataFolder = join(folder, title.replaceAll(/\W+/g, '-'))
  const compiled = join(sure(process.env[COMPILED_MAIN]), '../integrations/stage-runners/shell-runner.js')
  const { createShellRunner }: { readonly createShellRunner: typeof CreateShellRunner } = await import(
    pathToFileURL(compiled).href
  )
  const plan = sandbox && {
    ...{ sandbox, homes: join(dataFolder, 'homes') },
    ...{ pathsOf: () => ({ read: [], write: [] }), closedFolders: [dataFolder], closedServices: [] },
  }
  const runner = createShellRunner({
    ...{ dataFolder, baseVariables: { PATH }, sandbox: plan },
    // Measures the command and its sandbox, not how often the runner polls.
    pollMs: 2,
  })
  return { title, runner, network, times: [] }
}

async function runOnce({ title, runner, network }: Way, folder: string, turn: number): Promise<void> {
  const workspace = join(folder, 'work', `${title.replaceAll(/\W+/g, '-')}-${turn}`)
  mkdirSync(workspace, { recursive: true })
  const run = { kind: 'shell', run: 'true', ...(network === 'outside' ? {} : { network }) } as const
  const order = shellOrder(workspace, run.run, { key: `${title}/${turn}`, run })
  const report = await runner.execute(order, recordContact())
  if (report.exit.kind !== 'exited' || report.exit.code !== 0) throw new Error(`${title}: ${report.tail}`)
}
