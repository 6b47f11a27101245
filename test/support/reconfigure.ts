/** Changes the configuration of processes that run, and waits until it counts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from './stack.js'
import { until } from './until.js'

/** For a stack with a process named `bot`. Each process is sent SIGHUP by its group: the first of it only watches over it. */
export async function reconfigure(
  { dataFolder, processes }: Pick<Stack, 'dataFolder' | 'processes'>,
  change: (yaml: string) => string,
): Promise<void> {
  const file = join(dataFolder, 'slipway.yaml')
  const reloads = (): number =>
    readFileSync(join(dataFolder, 'bot.log'), 'utf8').split('configuration is in force').length
  const before = reloads()
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  for (const { pid } of processes.values()) process.kill(-pid, 'SIGHUP')
  await until('the reload', async () => reloads() > before)
}
