/** Approvers are a user group of Slack: it is renamed, emptied, and somebody in it leaves. Each is reported, with the way back. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.js'
import { alice, type Channel, carol, channelOf, dan, quinn, wholeText } from '../support/channel.js'
import { thisMonth } from '../support/noon-zone.js'
import { reachedIn } from '../support/progress.js'
import { hangUp } from '../support/reconfigure.js'
import { type SlackOverlay, startSlackOverlay } from '../support/slack-overlay.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let overlay: SlackOverlay
let shop: Channel
let api: Api
const version = `${thisMonth}.1`
const logged = (): string => readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8')

beforeAll(async () => {
  stack = await startStack({
    configure: (yaml) =>
      yaml
        .replace('release-managers: [U01ALICE, U01BOB, U01CAROL]', "release-managers: ['@release-managers']")
        .replace('count: 2, fourEyes: true', 'count: 1, fourEyes: true'),
  })
  overlay = await startSlackOverlay(stack.embedded.variables['SLACK_API_URL'] ?? '')
  group('release-managers', [carol, dan])
  await restart()
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  await shop.ask(alice, 'cut shop "Autumn"', /Cut `/)
  await reachedIn(api, version, { environment: 'integration', state: 'accepted' })
  await shop.ask(alice, `promote shop ${version}-rc.1 to staging`, /rc\.1/)
  await reachedIn(api, version, { environment: 'staging', state: 'awaiting_acceptance' })
  await shop.ask(quinn, `accept shop ${version}-rc.1 in staging`, /rc\.1/)
  await shop.ask(alice, `promote shop ${version}-rc.1 to production`, /rc\.1/)
})
afterAll(async () => {
  await overlay?.stop()
  await stack?.close()
})

/** Slack's answers about user groups from now on, in their real shape. */
function group(handle: string, users: readonly string[]): void {
  const id = 'S01MANAGERS'
  const usergroups = [{ id, team_id: 'T01', is_usergroup: true, name: 'Managers', handle, date_delete: 0 }]
  overlay.answers('usergroups.list', { usergroups })
  overlay.answers('usergroups.users.list', { users })
}

/** A bot remembers a group for a minute; a restarted one asks again. */
async function restart(): Promise<void> {
  await stack.processes.get('slipway')?.stop()
  await stack.start('slipway', 'all', { SLACK_API_URL: overlay.apiUrl })
}

/** Approves as somebody who may not; returns the refusal. */
async function refusedAs(user: string): Promise<string> {
  await shop.command(user, `approve shop ${version}-rc.1 for production`)
  return wholeText(await shop.answer(user, /did not approve/))
}

const why = (): Promise<string> => shop.ask(alice, `why shop ${version}`, /waits for|approval/)

describe('[U.19] a user group whose members approve', () => {
  test('that was renamed is named as unknown by start, `why` and refusal, and its former members decide nothing', async () => {
    group('release-board', [carol, dan])
    await restart()
    const explained = await why()
    const refusal = await refusedAs(carol)

    expect(explained).toMatch(/Slack has no user group.*release-managers/)
    expect(explained).toMatch(/0 of 1 approvals.*can be had/)
    expect(refusal).toMatch(/Slack has no user group.*release-managers/)
    await until('the warning', () => /release-managers/.test(logged()))
    expect(await approvals()).toEqual([])
  })

  test('that was emptied is said to be empty', async () => {
    group('release-managers', [])
    await restart()
    const explained = await why()
    const refusal = await refusedAs(dan)

    expect(explained).toMatch(/Nobody who can approve is in.*release-managers/)
    expect(refusal).toMatch(/Nobody is in the user group.*release-managers/)
    expect(await approvals()).toEqual([])
  })

  test('loses the vote of a member who left, and says nothing is wrong while another can approve', async () => {
    group('release-managers', [carol, dan])
    overlay.says(carol, { deleted: true })
    await restart()
    const refusal = await refusedAs(carol)
    const explained = await why()
    overlay.says(carol, null)

    expect(refusal).toMatch(/Only full members/)
    // Dan can still approve, so nothing is wrong with the group.
    expect(explained).not.toMatch(/Slack has no user group|can be had/)
    expect(await approvals()).toEqual([])
  })

  test('counts again under the new name once the file says it, without a restart', async () => {
    group('release-board', [carol, dan])
    const file = stack.embedded.variables['SLIPWAY_CONFIG'] ?? ''
    const before = logged().length
    writeFileSync(file, readFileSync(file, 'utf8').replace("'@release-managers'", "'@release-board'"))
    hangUp(stack)
    await until('the new configuration', () => /configuration/i.test(logged().slice(before)))
    await restart()
    await shop.ask(dan, `approve shop ${version}-rc.1 for production`, /[Aa]pproved/)
    await reachedIn(api, version, { environment: 'production', state: 'awaiting_acceptance' })

    expect(await approvals()).toEqual([dan])
  })
})

async function approvals(): Promise<readonly string[]> {
  const rows = await stack.database.db.selectFrom('approvals').select('user_id').execute()
  return rows.map(({ user_id }) => user_id)
}
