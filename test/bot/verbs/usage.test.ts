import { describe, expect, test } from 'vitest'
import { understand } from '../../../bot/verbs/understand.js'
import { flagLines, usageMessage } from '../../../bot/verbs/usage.js'
import { examplesAsHere } from '../../../bot/views/read/examples.js'
import { jobs } from '../../../bot/views/read/help-message.js'
import { topicMessage, type topicNames } from '../../../bot/views/read/help-topics.js'
import { verbNames } from '../../../domain/verbs.js'
import { aRelease, environmentName } from '../../support/release-views.js'
import { anApp, inShop, parse } from './grammar-fixture.js'

const understood = (text: string) => understand(text, inShop())

test.each(verbNames)('help says of each flag of %s what it is for', (verb) => {
  for (const line of flagLines(verb)) expect(line).toMatch(/^`--[a-z-]+` \S/)
})

const names = { app: anApp('web'), open: [aRelease({ version: '2026.12.7' })] }

test('examples are about what is there, and can be given back', () => {
  const help = JSON.stringify(usageMessage('promote', '/release', names))

  expect(help).toContain('/release promote web 2026.12.7-rc.1 to staging')
  expect(help).toContain('`--dry-run` says what would happen')
  expect(help).not.toContain('2026.11.3')
  expect(parse('promote web 2026.12.7-rc.1 to staging').kind).toBe('order')
})

test('environments of examples are those of the app, also where one is called like an app', () => {
  const [first, last] = anApp('web').environments.map((one, index) => ({
    ...one,
    name: environmentName(index === 0 ? 'shop' : 'live'),
  }))
  if (first === undefined || last === undefined) throw new Error('no environments')
  const app = { ...anApp('web'), environments: [first, last] }

  expect(
    examplesAsHere(['promote shop rc.1 to staging', 'lock production', 'env patch integration'], {
      app,
      open: [],
    }),
  ).toEqual(['promote web rc.1 to shop', 'lock live', 'env patch shop'])
})

test('help of a part of a verb shows that part', () => {
  const help = JSON.stringify(usageMessage('env', '/release', { ...names, about: 'create' }))

  expect(help).toContain('env create pr-17')
  expect(help).not.toContain('env teardown')
})

test.each([
  ['help cherry pick', { verb: 'cherry-pick', about: null }],
  ['help roll back', { verb: 'rollback' }],
  ['help env create', { verb: 'env', about: 'create' }],
  ['help hotfix', { verb: null, about: 'hotfix' }],
  ['help permissions', { verb: null, about: 'roles' }],
  ['help roles --app web', { app: 'web', verb: null, about: 'roles' }],
  ['help approvals', { verb: null, about: 'gates' }],
])('%s', (text, asked) => {
  expect(understood(text)).toMatchObject({ kind: 'read', read: { kind: 'help', ...asked } })
})

test('the overview has every verb, and examples that can be given', () => {
  expect(jobs.flatMap(({ verbs }) => verbs).toSorted()).toEqual([...verbNames].toSorted())
  for (const { example } of jobs) expect(understood(example).kind).not.toBe('problem')
})

describe('topics', () => {
  const app = anApp('shop')
  const said = (topic: (typeof topicNames)[number]): string =>
    JSON.stringify(topicMessage(topic, { command: '/release', app }).blocks)

  test('what a hotfix is, step by step, in commands that are understood', () => {
    expect(said('hotfix')).toContain('/release hotfix shop')
    for (const step of ['hotfix shop #4812', 'promote shop latest to production'])
      expect(understood(step).kind).toBe('order')
  })

  test('who may do what, and approve and accept where', () => {
    expect(said('roles')).toMatch(/\*releasers\* cut/)
    expect(said('roles')).toMatch(/\*production\* approved by \d of release-managers/)
  })

  test('what has to happen before each environment', () => {
    expect(said('gates')).toMatch(/\*production\*.*accepted in the environments below.*approved by/)
  })
})
