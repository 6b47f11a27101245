/** `npm start`: the whole of Slipway on this machine, with nothing installed but Node and git. */
import { z } from 'zod'
import { formatSettingProblems, processEnvironment, readLocalEnvironment } from '../config.js'
import { type SandboxKind, sandboxKinds } from '../domain/sandbox.js'
import { type LocalSlipway, startLocal } from './local-slipway.js'

await main()

async function main(): Promise<void> {
  const say = (line: string): void => console.log(line)
  const environment = processEnvironment()
  const read = readLocalEnvironment(environment)
  if (read.kind === 'problems') {
    console.error(formatSettingProblems(read.problems))
    process.exitCode = 1
    return
  }
  say('Starting PostgreSQL, Temporal, a Slack workspace and the demo app …')
  const local = await startLocal({ settings: read.settings, environment, say })
  printAddresses(local, say)
  await printSandbox(local, say)
  stopOnSignals(local, say)
}

function printAddresses({ embedded, url }: LocalSlipway, say: (line: string) => void): void {
  say('')
  say('Slipway is up.')
  if (embedded.slackUrl) {
    say(
      `  Slack workspace  ${embedded.slackUrl}   open it, go to #shop, type: /release cut shop "Summer sale"`,
    )
  }
  say(`  Read API         ${url}/api/v1/apps/shop/environments`)
  if (embedded.temporalUiUrl) say(`  Temporal         ${embedded.temporalUiUrl}`)
  say(`  Configuration    ${embedded.variables['SLIPWAY_CONFIG'] ?? ''}`)
  say(`  Demo repository  ${embedded.demo.repository.path}`)
}

const readiness = z.object({ workers: z.array(z.object({ sandbox: z.enum(sandboxKinds) })) })

/** What keeps the demo's stages apart here, and who may do what. */
async function printSandbox({ url }: LocalSlipway, say: (line: string) => void): Promise<void> {
  const answer = readiness.safeParse(await (await fetch(`${url}/readyz`)).json())
  const kind = answer.data?.workers[0]?.sandbox
  if (kind !== undefined) say(`  Stages           ${sandboxWords[kind]}`)
  say('')
  say('Alice and Bob cut and promote, Quinn accepts in staging; Alice, Bob and Carol approve production.')
  say('Ctrl-C ends everything; the next start finds it again.')
}

const sandboxWords: Readonly<Record<SandboxKind, string>> = {
  bwrap: 'run in a sandbox of bubblewrap',
  off: 'run as you, without a sandbox: install bubblewrap and slirp4netns for one (docs/security.md)',
}

function stopOnSignals(local: LocalSlipway, say: (line: string) => void): void {
  let stopping = false
  const stop = (code: number): void => {
    if (stopping) return
    stopping = true
    say('Stopping …')
    void local.stop().finally(() => process.exit(code))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0))
  void local.slipway.ended.then(() => {
    if (stopping) return
    console.error(`Slipway ended by itself. The end of its log:\n${local.slipway.tail()}`)
    stop(1)
  })
}
