import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { LOOPBACK } from './ports.js'
import { START_TIMEOUT_MS, startProcess, waitUntilReady } from './processes.js'
import { SLACK_PRELOAD } from './slack-preload.js'

/** The workspace file of `local-slack`. */
export interface SlackWorkspaceFile {
  readonly workspace: { readonly name: string; readonly domain: string; readonly teamId: string }
  readonly app: SlackAppEntry
  readonly users: readonly SlackUserEntry[]
  readonly channels: readonly SlackChannelEntry[]
}

export interface SlackAppEntry {
  readonly appId: string
  readonly botUserId: string
  readonly botName: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  /** `events` posts to `requestUrl`; `socket` waits for the bot's connection. */
  readonly mode: 'socket' | 'events'
  readonly requestUrl?: string
}

export interface SlackUserEntry {
  readonly id: string
  readonly name: string
  readonly real_name: string
  readonly email: string
  readonly tz: string
}

export interface SlackChannelEntry {
  readonly id: string
  readonly name: string
  readonly members: readonly string[]
  readonly topic?: string
}

export interface SlackWorkspacePlan {
  /** A free loopback port, e.g. from `pickPort`. */
  readonly port: number
  readonly file: SlackWorkspaceFile
  /** For its configuration, its log and uploaded files. Messages are kept in memory only. */
  readonly dataFolder: string
}

export interface SlackWorkspace {
  /** For `SLACK_API_URL`; ends in `/api/`. */
  readonly apiUrl: string
  /** What people open in the browser; also the address of the control API. */
  readonly webUrl: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly pid: number
  stop(): Promise<void>
}

const NPM_PACKAGE = 'local-slack@0.1.8'

/** A Slack workspace in the browser. Throws with the end of its log if it does not answer in time. */
export async function startSlackWorkspace({
  port,
  file,
  dataFolder,
}: SlackWorkspacePlan): Promise<SlackWorkspace> {
  const filesFolder = join(dataFolder, 'files')
  const configFile = join(dataFolder, 'slack.json')
  mkdirSync(filesFolder, { recursive: true })
  writeFileSync(configFile, JSON.stringify(file, null, 2))
  // The program reads this from its working folder at startup.
  writeFileSync(join(dataFolder, 'preload.js'), SLACK_PRELOAD)
  writeFileSync(join(dataFolder, 'bunfig.toml'), 'preload = ["./preload.js"]\n')
  const [command, ...launch] = launchCommand()
  const running = await startProcess({
    name: 'slack',
    command,
    arguments: [
      ...launch,
      '--config',
      configFile,
      '--port',
      String(port),
      '--base-host',
      LOOPBACK,
      '--files-dir',
      filesFolder,
    ],
    folder: dataFolder,
    logFile: join(dataFolder, 'slack.log'),
    lockFile: join(dataFolder, 'slack.lock'),
  })
  const webUrl = `http://${LOOPBACK}:${port}`
  await waitUntilReady(running, { probe: () => answers(webUrl), timeoutMs: START_TIMEOUT_MS })
  const { botToken, appToken, signingSecret } = file.app
  const stop = () => running.stop()
  return { apiUrl: `${webUrl}/api/`, webUrl, botToken, appToken, signingSecret, pid: running.pid, stop }
}

function launchCommand(): readonly [string, ...string[]] {
  try {
    return [createRequire(import.meta.url).resolve('local-slack-linux-x64/bin/local-slack')]
  } catch {
    return ['npx', '--yes', NPM_PACKAGE]
  }
}

async function answers(webUrl: string): Promise<boolean> {
  const response = await fetch(`${webUrl}/_control/state`)
  await response.body?.cancel()
  return response.ok
}
