/** An app in which nothing works any more, beside one that works as if it were alone. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf } from '../support/channel.js'
import { type GitServer, startGitServer } from '../support/git-server.js'
import { removeFolder } from '../support/remove-folder.js'
import { type SlackOverlay, startSlackOverlay } from '../support/slack-overlay.js'
import { newStackHome, type Stack, type StackHome, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const LEDGER = 'C01GENERAL'
const WORKFLOW = 'environment/ledger/production'

let home: StackHome
let stack: Stack
let overlay: SlackOverlay
let remote: GitServer
let shop: Channel
let apis: { readonly shop: Api; readonly ledger: Api }

const app = (name: string, repository: string, channel: string): string => `  ${name}:
    repository: ${repository}
    channel: ${channel}
    permissions: { cut: [releasers] }
    build: { run: "ls > files.txt", artifacts: [files.txt] }
    environments:
      - { name: production, mode: continuous, patch: { run: "true" } }
`

beforeAll(async () => {
  home = await newStackHome()
  const root = join(home.dataFolder, 'remotes')
  remote = await startGitServer(root)
  stack = await startStack({
    home,
    processes: 'none',
    variables: remote.variables,
    configure: (yaml) => {
      const [, path = ''] = /repository: "(.*)"/.exec(yaml) ?? []
      return `command: /release
pollEvery: 2s
roles: { releasers: [${alice}, ${bob}] }
apps:
${app('shop', path, 'C01SHOP')}${app('ledger', remote.address('ledger.git'), LEDGER)}`
    },
  })
  const copy = ['clone', '-q', '--bare', stack.embedded.demo.repository.path, join(root, 'ledger.git')]
  execFileSync('git', copy)
  overlay = await startSlackOverlay(stack.embedded.variables['SLACK_API_URL'] ?? '')
  await stack.start('slipway', 'all', { SLACK_API_URL: overlay.apiUrl })
  shop = channelOf(stack.slack)
  apis = { shop: apiOf(stack.url), ledger: apiOf(stack.url, 'ledger') }
  for (const name of ['shop', 'ledger'] as const) await released(name, await cut(name, 'The first one'))
})
afterAll(async () => {
  await stack?.close()
  await overlay?.stop()
  remote?.close()
  await removeFolder(home.dataFolder)
})

async function cut(name: 'shop' | 'ledger', title: string): Promise<string> {
  const answer = await shop.ask(alice, `cut ${name} "${title}"`, /Cut `/)
  return /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
}

const released = (name: 'shop' | 'ledger', version: string): Promise<unknown> =>
  until(`${name} ${version}`, async () => (await apis[name].release(version)).state === 'released')

/** The environment's workflow is ended, and what it would go on from cannot be read. Returns the way back. */
async function forgetEnvironment(): Promise<() => Promise<unknown>> {
  const { db } = stack.database
  const newest = sql`(select max(seq) from workflow_states where id = ${WORKFLOW})`
  const { rows } = await sql<{ state: unknown }>`
    select state from workflow_states where id = ${WORKFLOW} and seq = ${newest}`.execute(db)
  await sql`update workflow_states set state = '{"version": -1}' where id = ${WORKFLOW}`.execute(db)
  const connection = await Connection.connect({ address: stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '' })
  await new Client({ connection }).workflow.getHandle(WORKFLOW).terminate('a test of what others notice')
  await connection.close()
  return () =>
    sql`update workflow_states set state = ${JSON.stringify(rows[0]?.state)} where id = ${WORKFLOW}`.execute(
      db,
    )
}

test('[D.7] an environment, an order, a remote and a channel of one app that fail stop nothing of another', async () => {
  remote.behave = 'hang'
  overlay.refuses('chat.postMessage', 'is_archived', LEDGER)
  const remember = await forgetEnvironment()
  for (const user of [alice, bob]) await shop.command(user, `cut ledger "By ${user}"`)

  // By itself: the push is found, built and runs; and by order: what people ask is answered and shown.
  const pushed = await stack.embedded.demo.repository.commit({
    message: 'Sell umbrellas',
    author: demoAuthors.bob,
    files: { 'notes.txt': 'umbrellas\n' },
  })
  await until('the push', async () => (await apis.shop.environment('production')).current?.commit === pushed)
  const version = await cut('shop', 'Umbrellas')
  await released('shop', version)
  await shop.cardSays(/production ✅/, version)
  expect(await shop.ask(bob, 'where shop', new RegExp(version))).toContain('production')
  expect((await apis.ledger.releases()).map(({ title }) => title)).toEqual(['The first one'])

  // And of the one itself no order is lost: each is told what came of it, and the next one is carried out.
  await remember()
  overlay.refuses('chat.postMessage', null)
  remote.behave = 'normal'
  for (const user of [alice, bob]) await shop.answer(user, /Cut `|did not/)
  expect(await cut('ledger', 'The next one')).not.toBe('')
})
