import { expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import type { GithubDefinition } from '../../domain/forge/definition.js'
import { channel, type Row, report, shop } from './mistake-rows.js'
import { sampleWith } from './sample.js'

const github = (line: string): string => `${channel}    github: ${line}\n`

function read(text: string): readonly (GithubDefinition | undefined)[] {
  const reading = parseConfiguration(text, 'slipway.yaml')
  if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems))
  return reading.configuration.apps.map((app) => app.github)
}

test.each([
  ['{ comments: true }', { comments: ['production'] }],
  ['{ comments: false }', { comments: [] }],
  ['{ comments: [staging, production] }', { comments: ['staging', 'production'] }],
  ['{ statuses: false, releases: false }', { statuses: false, releases: false, deployments: true }],
  ['{ requiredChecks: [ci/test, "lint (20)", ci/test] }', { requiredChecks: ['ci/test', 'lint (20)'] }],
  ['{ context: ship/it, logLinks: false }', { context: 'ship/it', logLinks: false }],
])('github: %s', (line, wanted) => {
  expect(read(sampleWith(channel, github(line)))).toMatchObject([wanted])
})

const second = `  tools:
    repository: git@github.com:acme/shop.git
    tag: "tools-v{version}"
    channel: C01SHOP
    permissions: { cut: [releasers] }
    build: { run: make }
`

test('apps on one repository report under names of their own', () => {
  const text = `${sampleWith(channel, channel)}${second}`
  expect(read(text).map((one) => one?.context)).toEqual(['slipway/shop', 'slipway/tools'])
})

test('and the same name given to both is a mistake', () => {
  const given = `    github: { context: ship }\n`
  const text = `${sampleWith(channel, `${channel}${given}`)}${second}${given}`
  const reading = parseConfiguration(text, 'slipway.yaml')
  expect(reading.kind === 'problems' ? reading.problems : []).toMatchObject([
    { path: 'apps.tools.github.context', fix: expect.stringContaining('context: ship/tools') },
  ])
})

const mistakes: readonly Row[] = [
  [channel, github('{ status: true }'), 'status', `${shop}.github.status`, /unknown key/, /statuses/],
  [channel, github('{ statuses: yes please }'), 'yes', `${shop}.github.statuses`, /true or false/, /true or/],
  [
    channel,
    github('{ comments: last }'),
    'last',
    `${shop}.github.comments`,
    /list of env/,
    /true for the last/,
  ],
  [
    channel,
    github('{ comments: [prod] }'),
    'prod',
    `${shop}.github.comments[0]`,
    /no environment "prod"/,
    /write one of|did you mean production/,
  ],
  [channel, github('{ requiredChecks: ci }'), 'ci', `${shop}.github.requiredChecks`, /a list/, /ci\/test/],
  [
    channel,
    github('{ requiredChecks: [""] }'),
    '""',
    `${shop}.github.requiredChecks[0]`,
    /empty/,
    /ci\/test/,
  ],
  [channel, github('{ context: a b }'), 'a b', `${shop}.github.context`, /not the beginning/, /slipway/],
]

test.each(mistakes)('%j %j', (...row) => {
  const reported = report(row)
  expect(reported).toMatchObject({ points: row[2], fix: expect.stringMatching(row[5]) })
})

test('a repository without checks cannot be waited for', () => {
  const text = sampleWith(channel, github('{ requiredChecks: [ci/test] }')).replace(
    'https://github.com/acme/shop.git',
    '/srv/git/shop.git',
  )
  const reading = parseConfiguration(text, 'slipway.yaml')
  expect(reading.kind === 'problems' ? reading.problems : []).toMatchObject([
    { path: `${shop}.github.requiredChecks`, message: expect.stringContaining('path on this machine') },
  ])
})
