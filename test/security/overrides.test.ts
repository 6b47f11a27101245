/** An override is for one order; a type that asks for fewer approvals is cut by whom it names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, bob, carol, quinn } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let drive: Drive
let version = ''

const types = `    types:
      quick: { approvals: 0 }
      named: { approvals: 0, cut: [qa] }
    environments:
`

beforeAll(async () => {
  stack = await startStack({
    // Bob alone may override.
    configure: (yaml) =>
      withoutPushes(yaml)
        .replace('override: [release-managers]', 'override: [bosses]')
        .replace('roles:\n', 'roles:\n  bosses: [U01BOB]\n')
        .replace('    environments:\n', types),
  })
  drive = driveOf(stack)
  version = await drive.cut('Past staging')
  await drive.reaches(version, 'integration', 'accepted')
})
afterAll(async () => stack?.close())

const ask = (user: string, text: string, pattern: RegExp): Promise<string> =>
  drive.shop.ask(user, text, pattern)
const approve = async (user: string): Promise<void> => {
  await ask(user, `approve shop ${version}-rc.1 production`, /Approved|approv/i)
}
const newest = async (environment: string) =>
  (await drive.api.release(version)).deployments.filter((one) => one.environment === environment).at(-1)

test('[T.6] a lock that is set after the override was given stops what it was given for', async () => {
  await until('the order', async () =>
    /Prepared/.test(
      await ask(bob, `promote shop ${version}-rc.1 to production --override "once"`, /Prepared|did not/),
    ),
  )
  await ask(carol, 'lock shop production: load test', /did not/)
  await ask(alice, 'lock shop production: load test', /Locked|locked/)
  await approve(alice)
  await approve(carol)
  await drive.reaches(version, 'production', 'queued')
  const why = await drive.shop.learn(alice, `why shop ${version}-rc.1`, /load test/)

  expect(why).toMatch(/production is .*lock.*load test/s)
  expect((await newest('production'))?.state).toBe('queued')
  await ask(alice, 'unlock shop production', /nlocked/)
  await drive.reaches(version, 'production', 'awaiting_acceptance')
  await ask(bob, `accept shop ${version}-rc.1 production`, /Accepted/)
  await drive.reaches(version, 'production', 'accepted')
})

test('[T.6] what is patched again there has no override: it waits for the lock like everybody', async () => {
  await ask(bob, 'lock shop production: bob works', /ocked/)
  await ask(alice, 'env patch shop production', /patched again/)
  const waiting = await until('its place in line', async () => {
    const found = await newest('production')
    return found?.kind === 'redeploy' && found
  })

  expect(waiting.state).toBe('queued')
  expect(
    (await drive.api.events(version)).filter(({ says }) => says.includes('although it is locked')),
  ).toEqual([])
  await ask(bob, 'unlock shop production', /nlocked/)
  await drive.reaches(version, 'production', 'accepted')
})

test('[T.6] a type with fewer approvals needs whoever it names, else the override', async () => {
  const quick = await ask(alice, 'cut shop "Quick" --type quick', /did not/)
  const named = await ask(bob, 'cut shop "Named" --type named', /did not/)

  expect(quick).toMatch(/override.*bosses/s)
  expect(named).toMatch(/role .*qa/)
  await ask(bob, 'cut shop "Quick" --type quick', /Cut `/)
  await ask(quinn, 'cut shop "Named" --type named', /Cut `/)
  expect(readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8')).toContain(
    'apps.shop.types.quick: it asks for 0 approvals and production for 2',
  )
})
