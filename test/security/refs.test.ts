/** Whoever may push a branch must not choose what a commit's name means, nor what a release takes in. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { git } from '../../local/git-commits.js'
import { alice, bob } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let drive: Drive
let version = ''
/** On trunk after the cut. */
let reviewed = ''
/** On a branch that is called like the begin of the reviewed one. */
let planted = ''

beforeAll(async () => {
  stack = await startStack({
    // Bob alone may override.
    configure: (yaml) =>
      withoutPushes(yaml)
        .replace('override: [release-managers]', 'override: [bosses]')
        .replace('roles:\n', 'roles:\n  bosses: [U01BOB]\n'),
  })
  drive = driveOf(stack)
  version = await drive.cut('Before the fix')
  await drive.reaches(version, 'integration', 'accepted')
  reviewed = await drive.commit({ the: 'fix' })
  const { repository } = stack.embedded.demo
  planted = await repository.commit({
    message: 'Nobody looked at this',
    author: demoAuthors.bob,
    files: { 'PLANTED.md': 'planted\n' },
    branch: reviewed.slice(0, 7),
  })
})
afterAll(async () => stack?.close())

const ask = (user: string, text: string, pattern: RegExp): Promise<string> =>
  drive.shop.ask(user, text, pattern)
const candidates = async (): Promise<number> => (await drive.api.release(version)).candidates.length

test.each([
  'cherry-pick SHORT onto VERSION',
  'cut shop "From there" --from SHORT',
  'env create pr-1 from SHORT',
])('[T.7] a commit’s short name that is also a branch is refused with the ways out: %s', async (text) => {
  const short = reviewed.slice(0, 7)
  const order = text.replace('SHORT', short).replace('VERSION', version)
  const refused = await ask(alice, order, /did not do anything/)

  expect(refused).toContain('more than one thing')
  expect(refused).toContain(`refs/heads/${short}`)
  expect(refused).toContain(reviewed)
  expect(await candidates()).toBe(1)
})

test('[T.7] a pick that is not on trunk needs the override of who may give one, and says so', async () => {
  const refused = await ask(alice, `cherry-pick ${planted} onto ${version}`, /did not do anything/)
  const denied = await ask(alice, `cherry-pick ${planted} onto ${version} --override "please"`, /did not/i)

  expect(refused).toMatch(/is not on .*main/)
  expect(refused).toContain('--override')
  expect(denied).toContain('override')
  expect(await candidates()).toBe(1)

  await ask(bob, `cherry-pick ${planted} onto ${version} --override "it burns"`, /Picked/)
  await until('the line in the trail', async () =>
    (await drive.api.events(version)).some(({ says }) =>
      says.includes(`A rule was overridden: ${planted} is not on main. Reason: it burns`),
    ),
  )
})

test('[T.7] 40 digits are the commit, whatever is called so', async () => {
  await git(stack.embedded.demo.repository.path, ['branch', reviewed, planted])
  await ask(alice, `cherry-pick ${reviewed} onto ${version}`, /Picked/)
  const release = await until('the candidate', async () => {
    const found = await drive.api.release(version)
    return found.candidates.length === 3 && found
  })
  const log = await git(stack.embedded.demo.repository.path, [
    'log',
    '-1',
    '--format=%b',
    release.candidates[2]?.commit ?? '',
  ])

  expect(log).toContain(`cherry picked from commit ${reviewed}`)
})
