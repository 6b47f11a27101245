/** `npm start`: the whole of Slipway on this machine, with nothing installed but Node and git. */
import { formatSettingProblems, processEnvironment, readLocalEnvironment } from '../config.js'
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
  say('')
  say('Alice and Bob cut and promote, Quinn accepts in staging; Alice, Bob and Carol approve production.')
  say('Ctrl-C ends everything; the next start finds it again.')
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
