import { join } from 'node:path'
import { demoWorkspace } from '../local/demo-people.js'
import { pickPort } from '../local/ports.js'
import { scriptArguments, startProcess, waitUntilReady } from '../local/processes.js'
import { createSlackControl, type SlackControl } from '../local/slack-control.js'
import { startSlackWorkspace } from '../local/slack-workspace.js'

/** A second workspace of the same kind, whose only app is the bare Bolt handler. */
export async function startBareWorkspace(
  folder: string,
): Promise<{ readonly slack: SlackControl; stop(): Promise<void> }> {
  const { port } = await pickPort(0)
  const workspace = await startSlackWorkspace({
    port,
    file: demoWorkspace,
    dataFolder: join(folder, 'bare-slack'),
  })
  const { apiUrl, appToken, botToken } = workspace
  const bolt = await startProcess({
    name: 'bare-bolt',
    command: process.execPath,
    arguments: [
      ...scriptArguments(new URL('./bare-bolt.js', import.meta.url)),
      ...[apiUrl, appToken, botToken],
    ],
    logFile: join(folder, 'bare-bolt.log'),
  })
  const stop = async (): Promise<void> => {
    await bolt.stop()
    await workspace.stop()
  }
  try {
    await waitUntilReady(bolt, {
      probe: async () => Promise.resolve(bolt.tail().includes('listening')),
      timeoutMs: 30_000,
    })
  } catch (error) {
    await workspace.stop()
    throw error
  }
  return { slack: createSlackControl(workspace.webUrl), stop }
}
