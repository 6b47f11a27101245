/** Neighbours on the machine, a proxy that hides whom it speaks for, a tired person with the example's passwords. */
import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLinkKey } from '../../db/link-key.js'
import { signLink } from '../../http/signed-link.js'
import { pickPort } from '../../local/ports.js'
import { scriptArguments } from '../../local/processes.js'
import { apiOf } from '../support/api.js'
import { ask } from '../support/ask-server.js'
import { alice, channelOf } from '../support/channel.js'
import { withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const TOKEN = 'the-token-of-the-read-api'
const SECRETS = {
  SLIPWAY_API_TOKEN: TOKEN,
  SLIPWAY_WEBHOOK_SECRET: 'what-the-webhooks-are-signed-with',
  GITHUB_TOKEN: 'ghp_of-nobody-at-all-0123456789',
  SHOP_SECRET: 'what-only-the-stages-are-given',
}

let stack: Stack
let log = ''

beforeAll(async () => {
  stack = await startStack({
    variables: { ...SECRETS, SLIPWAY_PUBLIC_URL: 'https://slipway.example' },
    configure: (yaml) =>
      withoutPushes(yaml).replaceAll(
        '        template:',
        '        secrets: [SHOP_SECRET]\n        template:',
      ),
  })
  const shop = channelOf(stack.slack)
  await shop.ask(alice, 'cut shop "Through the door"', /Cut `/)
  const api = apiOf(stack.url, 'shop', TOKEN)
  log = await until('a deployment', async () => {
    const [release] = await api.releases()
    const [deployment] = release?.deployments ?? []
    return deployment && `/api/v1/deployments/${deployment.id}/log`
  })
})
afterAll(async () => stack?.close())

const port = (): number => Number(new URL(stack.url).port)

describe('[T.11] the read API', () => {
  test('asks for the token that is set, on this machine and of a proxy that says nothing of whom it speaks for', async () => {
    const paths = ['/api/v1/apps/shop/environments', log, '/metrics']
    const asked = paths.flatMap((path) => [
      ask(port(), path),
      ask(port(), path, { headers: { host: '127.0.0.1:3000' } }),
      ask(port(), path, { headers: { host: 'localhost', via: '1.1 nginx' } }),
      ask(port(), path, { headers: { authorization: 'Bearer wrong' } }),
    ])
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    const withToken = await ask(port(), log, { headers: { authorization: `Bearer ${TOKEN}` } })

    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(withToken.status).toBe(200)
  })

  test('takes links until they are revoked', async () => {
    const link = signLink(log, await readLinkKey(stack.database.db), Date.now())
    const status = async (): Promise<number> => (await ask(port(), link)).status
    const before = await status()
    const script = new URL('../../compose/revoke-links.js', import.meta.url)
    const { stdout } = await promisify(execFile)(process.execPath, [...scriptArguments(script)], {
      env: { ...stack.variables },
    })

    expect(before).toBe(200)
    expect(stdout).toContain('Every link is revoked')
    expect(await status()).toBe(401)
    expect((await ask(port(), signLink(log, await readLinkKey(stack.database.db), Date.now()))).status).toBe(
      200,
    )
  })

  test('gives up a head that does not come', async () => {
    const socket = connect(port(), '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nX-Slow:'))
    socket.on('error', () => undefined)
    const answer: Buffer[] = []
    socket.on('data', (chunk) => answer.push(chunk))
    await new Promise((done) => {
      socket.on('close', done)
    })

    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 408 /)
  })
})

test.each([
  ['SLIPWAY_API_TOKEN', 'change-me-too', /SLIPWAY_API_TOKEN: is still a placeholder/],
  ['SLIPWAY_WEBHOOK_SECRET', '1', /SLIPWAY_WEBHOOK_SECRET: has fewer than 16 characters/],
  ['SLACK_BOT_TOKEN', 'xoxb-your-bot-token', /SLACK_BOT_TOKEN: is still a placeholder/],
])('[T.11] %s=%s ends the start', async (name, value, says) => {
  const { port: free } = await pickPort(0)
  const start = stack.start(`weak-${name.toLowerCase()}`, 'bot', {
    [name]: value,
    SLIPWAY_HTTP_PORT: String(free),
  })

  await expect(start).rejects.toThrow(says)
})

describe.skipIf(process.platform !== 'linux')('a neighbour on the machine', () => {
  test('[T.2] finds no secret on a command line, whatever runs', () => {
    const values = [...Object.values(SECRETS), stack.databaseUrl, 'xoxb-slipway-local', 'xapp-slipway-local']
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
        } catch {
          return []
        }
      })

    expect(lines.some((line) => line.includes(stack.dataFolder))).toBe(true)
    expect(lines.filter((line) => values.some((value) => line.includes(value)))).toEqual([])
  })

  test('[T.11] reads nothing of the data folder', () => {
    expect((statSync(stack.dataFolder).mode & 0o777).toString(8)).toBe('700')
    if (process.getuid?.() !== 0) return
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat']
    const file = resolve(join(stack.dataFolder, 'slipway.log'))

    expect(() => execFileSync('setpriv', [...asNobody, file], { stdio: 'pipe' })).toThrow(/Permission denied/)
  })
})
