/** Changes the configuration of running processes, and waits until it is in force. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from './stack.js'
import { until } from './until.js'

/** Makes every process reload its configuration once. */
export function hangUp({ processes }: Pick<Stack, 'processes'>): void {
  for (const running of processes.values()) running.hangUp()
}

/** For a stack with a process named `bot`. */
export async function reconfigure(
  { dataFolder, processes }: Pick<Stack, 'dataFolder' | 'processes'>,
  change: (yaml: string) => string,
): Promise<void> {
  const file = join(dataFolder, 'slipway.yaml')
  const reloads = (): number =>
    readFileSync(join(dataFolder, 'bot.log'), 'utf8').split('configuration is in force').length
  const before = reloads()
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  hangUp({ processes })
  await until('the reload', async () => reloads() > before)
}
