import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config.js'
import { sizeOf } from '../../domain/sizes.js'
import { pickPort } from '../../local/ports.js'
import { scriptArguments } from '../../local/processes.js'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { createGateway } from '../../workflows/gateway.js'
import { type Api, apiOf } from '../support/api.js'
import {
  alice,
  bob,
  type Channel,
  carol,
  channelOf,
  dan,
  quinn,
  SHOP,
  wholeText,
} from '../support/channel.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { commitTo, reachedIn } from '../support/progress.js'
import { hangUp } from '../support/reconfigure.js'
import { type Trail, trailOf } from '../support/refusals.js'
import { type SlackOverlay, startSlackOverlay } from '../support/slack-overlay.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let shop: Channel
let api: Api
let trail: Trail
let window: SlackWindow
let overlay: SlackOverlay
const first = `${thisMonth}.1`
const second = `${thisMonth}.2`
const third = `${thisMonth}.3`
const configFile = (): string => stack.embedded.variables['SLIPWAY_CONFIG'] ?? ''
const logged = (): string => readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8')

beforeAll(async () => {
  const configure = (yaml: string): string =>
    yaml
      .replace('count: 2, fourEyes: true', 'count: 1, fourEyes: true, notSoleAuthor: true')
      .replace('releasers: [U01ALICE, U01BOB]', 'releasers: [U01ALICE, U01BOB, U01CAROL, U01QUINN]')
  stack = await startStack({ configure })
  overlay = await startSlackOverlay(stack.embedded.variables['SLACK_API_URL'] ?? '')
  await restart()
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  trail = trailOf(stack, api)
  window = await openSlackWindow(stack.embedded.slackUrl ?? '')
  await shop.ask(alice, 'cut shop "Autumn"', /Cut `/)
  await reachedIn(api, first, { environment: 'integration', state: 'accepted' })
})
afterAll(async () => {
  window?.end()
  await overlay?.stop()
  await stack?.close()
})

async function restart(): Promise<void> {
  await stack.processes.get('slipway')?.stop()
  await stack.start('slipway', 'all', { SLACK_API_URL: overlay.apiUrl })
}

/** Sends the running configuration through a change and has it read again. */
async function reload(change: (yaml: string) => string, says: RegExp): Promise<string> {
  const yaml = readFileSync(configFile(), 'utf8')
  const before = logged().length
  writeFileSync(configFile(), change(yaml))
  hangUp(stack)
  await until('the reload', async () => says.test(logged().slice(before)))
  return yaml
}

describe('one question whether somebody may', () => {
  test.each([
    ['a slash command', async () => shop.command(dan, `promote shop ${first}-rc.1 to staging`)],
    [
      'a mention',
      async () => stack.slack.write(SHOP, dan, `<@U0SLIPWAY> promote shop ${first}-rc.1 to staging`),
    ],
    ['a button', async () => shop.press(dan, /Promote to staging/, first)],
    [
      'a modal',
      async () => {
        await openForm(window, () => shop.command(dan, 'promote shop'))
        await window.submit(dan, {
          release: { value: { type: 'plain_text_input', value: `${first}-rc.1` } },
          environment: { value: { type: 'static_select', selected_option: { value: 'staging' } } },
        })
      },
    ],
  ])('[X.1] without a role: refused by %s', async (_, give) => {
    const answer = await trail.refuses(dan, 'not-permitted', async () => {
      await give()
      return wholeText(await shop.answer(dan, /I did not promote/))
    })

    expect(answer).toContain('releasers')
  })

  test('[X.1] guests, bots, the deleted, strangers and the unknown are refused, whatever role they are given', async () => {
    const rounds = [
      { [bob]: { is_restricted: true }, [carol]: { deleted: true }, [quinn]: 'fail' },
      { [bob]: { is_bot: true }, [carol]: { team_id: 'T0OTHER' }, [quinn]: { is_ultra_restricted: true } },
    ] as const
    for (const round of rounds) {
      for (const [user, who] of Object.entries(round)) overlay.says(user, who)
      // What was known of them is forgotten with the process.
      await restart()
      for (const [user, who] of Object.entries(round)) {
        const code = who === 'fail' ? 'lookup-failed' : 'not-a-member'
        await trail.refuses(user, code, () =>
          shop.ask(user, `promote shop ${first}-rc.1 to staging`, /Only full members|could not look up/),
        )
        overlay.says(user, null)
      }
    }
    await restart()

    expect((await trail.codes()).slice(-6)).toEqual([
      'not-a-member',
      'not-a-member',
      'lookup-failed',
      'not-a-member',
      'not-a-member',
      'not-a-member',
    ])
  })

  test('[X.2] [T.3] four eyes hold, and whoever reaches Temporal brings no evidence of their own', async () => {
    await shop.ask(alice, `promote shop ${first}-rc.1 to production --override "a rehearsal"`, /Prepared/)
    await reachedIn(api, first, { environment: 'production', state: 'prepared' })
    const { id, deployments } = await api.release(first)
    const deployment = deployments.find(({ environment }) => environment === 'production')
    const connection = await Connection.connect({
      address: stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '',
    })
    const by = {
      user: alice,
      roles: ['release-managers'],
      email: 'dan@example.com',
      at: '2026-01-01T00:00:00Z',
    }
    const outcome = await createGateway(new Client({ connection }), async () => undefined).askRelease(
      { app: 'shop', release: id } as never,
      'approve',
      { order: { deploymentId: deployment?.id, comment: null, by } as never, key: 'forged' },
    )
    await connection.close()
    const own = await trail.refuses(alice, 'four-eyes', () =>
      shop.ask(alice, `approve shop ${first}-rc.1 production`, /four eyes/),
    )

    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'forged-order', verb: 'approve' } })
    expect(own).toContain(`<@${bob}>`)
    expect(own).not.toContain(`<@${alice}>`)
  })
})

describe('a reload of the configuration', () => {
  test('[O.2] a bad file keeps the running configuration and says what is wrong, and where', async () => {
    const yaml = await reload(
      (text) => text.replace('[qa]', '[qaa]').replace('timeout: 5m', 'timeout: 5x'),
      /mistakes/,
    )
    const told =
      logged()
        .split('\n')
        .findLast((line) => line.includes('mistakes')) ?? ''
    const refused = await shop.ask(dan, 'cut shop "Mine"', /I did not cut/)
    writeFileSync(configFile(), yaml)

    expect(told).toContain('qaa')
    expect(told).toContain('5x')
    expect(told).toMatch(/"line":\d+/)
    expect(refused).toContain('releasers')
  })

  test('[X.1] who is taken out of a role decides no more, also on what was cut before', async () => {
    await reload(
      (text) =>
        text.replace(
          'release-managers: [U01ALICE, U01BOB, U01CAROL]',
          'release-managers: [U01ALICE, U01BOB]',
        ),
      /is in force/,
    )
    const answer = await trail.refuses(carol, 'not-permitted', () =>
      shop.ask(carol, `approve shop ${first}-rc.1 production`, /I did not approve/),
    )

    expect(answer).toContain('release-managers')
    await shop.ask(bob, `approve shop ${first}-rc.1 production`, /pproved/)
    await reachedIn(api, first, { environment: 'production', state: 'awaiting_acceptance' })
  })

  test('[X.2] where configured, the sole author of what ships does not approve it', async () => {
    await shop.ask(alice, `accept shop ${first}-rc.1 production`, /Accepted/)
    await commitTo(stack, 'Bob alone', { files: { 'BOB.md': 'alone\n' } })
    await shop.ask(alice, 'cut shop "Bob’s own"', /Cut `/)
    await reachedIn(api, second, { environment: 'integration', state: 'accepted' })
    await shop.ask(alice, `promote shop ${second}-rc.1 to production --override "a rehearsal"`, /Prepared/)
    await reachedIn(api, second, { environment: 'production', state: 'prepared' })
    const answer = await trail.refuses(bob, 'sole-author', () =>
      shop.ask(bob, `approve shop ${second}-rc.1 production`, /only author/),
    )

    expect(answer).toContain(`<@${alice}>`)
    expect(answer).not.toContain(`<@${bob}>`)
  })
})

test('[D.4] an app too large to be carried is refused with the limit; the largest that fits is deployed', async () => {
  const variables = /variables: {/
  const withLarge = (text: string, length: number): string =>
    text.replace(variables, `variables: { LARGE: "${'x'.repeat(length)}",`)
  const yaml = await reload((text) => withLarge(text, 45_000), /mistakes/)
  const told = logged()
  const read = parseConfiguration(withLarge(yaml, 0), 'slipway.yaml')
  const [app] = read.kind === 'ok' ? read.configuration.apps : []
  await reload(() => withLarge(yaml, 40 * 1_024 - sizeOf(app)), /is in force/)
  await shop.ask(alice, 'cut shop "Large"', /Cut `/)
  await reachedIn(api, third, { environment: 'integration', state: 'accepted' })
  await shop.ask(alice, `promote shop ${third}-rc.1 to staging`, /Queued/)
  await reachedIn(api, third, { environment: 'staging', state: 'awaiting_acceptance' })
  const { rows } = await sql<{ id: string; bytes: number }>`
    select id, octet_length(state::text) as bytes from workflow_states
    where id like 'environment/shop/%'`.execute(stack.database.db)

  expect(told).toMatch(/the app takes \d\d(\.\d)? KB, and 40 KB fit/)
  expect(rows.length).toBeGreaterThanOrEqual(2)
  for (const { bytes } of rows) expect(bytes).toBeLessThan(64 * 1_024)
})

describe('a start with a bad configuration', () => {
  test('[S2.2] [S3.15] [O.2] every mistake is listed with its line and the fix, and nothing starts', async () => {
    const good = readFileSync(configFile(), 'utf8')
    const mistakes: readonly (readonly [string, string])[] = [
      ['- name: staging\n', '- name: integration\n        build: { run: make }\n'],
      ['- name: production\n', '- name: production\n        alongside: nowhere\n'],
      ['from: [qa]', 'from: [qaa]'],
      ['timeout: 5m', 'timeout: 5 minuets'],
      ['trunk: main', 'trunk: main\n    tracker: yes'],
    ]
    const bad = mistakes.reduce((yaml, [from, to]) => yaml.replace(from, to), good)
    const file = join(stack.dataFolder, 'bad.yaml')
    writeFileSync(file, bad)
    const { port } = await pickPort(0)
    const ended = await runMain({ SLIPWAY_CONFIG: file, SLIPWAY_HTTP_PORT: String(port) })
    const lineOf = (text: string): number => bad.slice(0, bad.indexOf(text)).split('\n').length

    expect(ended.code).toBe(1)
    expect(ended.listened).toBe(false)
    for (const text of ['build: { run: make }', 'nowhere', 'qaa', '5 minuets', 'tracker: yes']) {
      expect(ended.says).toContain(`bad.yaml:${lineOf(text)}:`)
    }
    expect(ended.says).toMatch(/"integration" is already the name/)
    expect(
      ended.says
        .trim()
        .split('\n')
        .every((line) => line.includes(' → ')),
    ).toBe(true)
  })

  test('[S3.15] [O.2] an order that goes round in a circle is refused whole', async () => {
    const good = readFileSync(configFile(), 'utf8')
    const file = join(stack.dataFolder, 'circle.yaml')
    writeFileSync(
      file,
      good
        .replace('- name: staging\n', '- name: staging\n        alongside: production\n')
        .replace('- name: production\n', '- name: production\n        alongside: staging\n'),
    )
    const { port } = await pickPort(0)
    const ended = await runMain({ SLIPWAY_CONFIG: file, SLIPWAY_HTTP_PORT: String(port) })

    expect(ended).toMatchObject({ code: 1, listened: false })
    expect(ended.says).toMatch(/circle: staging → production → staging/)
  })

  async function runMain(
    variables: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly says: string; readonly listened: boolean }> {
    const env = { ...stack.variables, ...variables }
    const main = [...scriptArguments(new URL('../../main.js', import.meta.url)), 'all']
    const child = spawn(process.execPath, main, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)))
    let listened = false
    const watch = setInterval(() => {
      const socket = connect(Number(variables['SLIPWAY_HTTP_PORT']), '127.0.0.1', () => {
        listened = true
        socket.destroy()
      }).on('error', () => undefined)
    }, 50)
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    clearInterval(watch)
    return { code, says: said.join(''), listened }
  }
})
