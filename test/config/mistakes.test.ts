import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import type { Problem } from '../../config/problem.js'
import { sample, sampleWith } from './sample.js'

interface Mistake {
  readonly piece: string
  readonly wrong: string
  /** The text at the line and column of the problem. */
  readonly points: string
  readonly path: string
  readonly says: RegExp
  readonly fix: RegExp
}

function problemsOf(text: string): readonly Problem[] {
  const reading = parseConfiguration(text, 'slipway.yaml', (name) => name === 'DEPLOY_TOKEN')
  return reading.kind === 'ok' ? [] : reading.problems
}

const shop = 'apps.shop'
const channel = '    channel: C01SHOP\n'
const staging = '        accept: { from: [qa] }\n'
const patchOfStaging = `${staging}        patch: { run: deploy/patch.sh }\n`
const previews = 'previews: { like: integration }'
const approve = 'approve: { from: [managers], count: 2, fourEyes: true }'
const inStaging = `${shop}.environments[1]`
const inProduction = `${shop}.environments[2]`

/** [piece, wrong, points at, path, says, fix] */
type Row = readonly [string, string, string, string, RegExp, RegExp]

const names: readonly Row[] = [
  ['name: staging', 'name: pr/1', 'pr/1', `${inStaging}.name`, /not a name/, /staging/],
  ['name: staging', 'name: ..', '..', `${inStaging}.name`, /not a name/, /staging/],
  ['name: staging', 'name: 7', '7', `${inStaging}.name`, /must be text, is the number 7/, /quotes/],
  [
    'name: staging',
    'name: integration',
    'integration',
    `${inStaging}.name`,
    /already .* environments\[0\]/,
    /of its own/,
  ],
  ['  shop:', '  Shop:', 'Shop', 'apps.Shop', /"Shop" is not a name/, /shop/],
  ['  qa: [U01QUINN]', '  qa: [quinn]', 'quinn', 'roles.qa[0]', /neither/, /member id/],
  ['  qa: [U01QUINN]', '  qa: [slipway]', 'slipway', 'roles.qa[0]', /neither/, /member id/],
  ['  qa: [U01QUINN]', '  qa: []', '[]', 'roles.qa', /empty/, /U01ALICE/],
  ['"@on-call"', '"on-call"', '"on-call"', 'roles.on-call[0]', /neither/, /@release-managers/],
  ['C01SHOP', 'shop', 'shop', `${shop}.channel`, /not a channel id/, /About/],
  [channel, '', 'shop:', `${shop}.channel`, /is missing/, /C01SHOP/],
  [channel, '    channel:\n', 'channel:', `${shop}.channel`, /is empty/, /C01SHOP/],
  ['roles:', 'command: release\nroles:', 'release', 'command', /not a slash command/, /\/release/],
  ['roles:', 'rolls: {}\nroles:', 'rolls', 'rolls', /unknown key/, /did you mean roles/],
  [
    'https://github.com/acme/shop.git',
    'https://ghp_x@github.com/a/b',
    'https:',
    `${shop}.repository`,
    /token/,
    /GITHUB_TOKEN/,
  ],
  [
    'https://github.com/acme/shop.git',
    '--upload-pack=x',
    '--up',
    `${shop}.repository`,
    /not a repository/,
    /https/,
  ],
  [
    'https://github.com/acme/shop.git',
    '"ext::sh -c x"',
    '"ext',
    `${shop}.repository`,
    /not a repository/,
    /https/,
  ],
  [channel, `${channel}    trunk: -x\n`, '-x', `${shop}.trunk`, /not a branch/, /main/],
  [channel, `${channel}    tag: release\n`, 'release', `${shop}.tag`, /\{version\}/, /v\{version\}/],
  [
    channel,
    `${channel}    timezone: Mars/Olympus\n`,
    'Mars',
    `${shop}.timezone`,
    /not a time zone/,
    /Europe/,
  ],
  [
    channel,
    `${channel}    version: calender\n`,
    'calender',
    `${shop}.version`,
    /calendar or semver/,
    /did you mean calendar/,
  ],
]

const references: readonly Row[] = [
  [
    'like: integration',
    'like: integratoin',
    'integratoin',
    `${shop}.previews.like`,
    /no environment/,
    /did you mean integration/,
  ],
  [
    'before: production',
    'before: prod',
    'prod',
    `${shop}.checklist[0].before`,
    /no environment/,
    /production/,
  ],
  ['role: qa', 'role: qs', 'qs', `${shop}.checklist[0].role`, /no role/, /did you mean qa/],
  ['from: [qa]', 'from: [testers]', 'testers', `${inStaging}.accept.from[0]`, /no role/, /releasers, qa/],
  [
    'from: [managers]',
    'from: [manager]',
    'manager',
    `${inProduction}.approve.from[0]`,
    /no role/,
    /managers/,
  ],
  ['cut: [releasers]', 'cut: [releaser]', 'releaser', `${shop}.permissions.cut[0]`, /no role/, /releasers/],
  [
    '{ cut: [releasers] }',
    '{ cut: [releasers], promot: [qa] }',
    'promot',
    `${shop}.permissions.promot`,
    /unknown/,
    /promote/,
  ],
  [
    '    permissions: { cut: [releasers] }\n',
    '',
    'shop:',
    `${shop}.permissions`,
    /missing/,
    /cut: \[releasers\]/,
  ],
  ['{ cut: [releasers] }', '{ lock: [qa] }', '{ lock', `${shop}.permissions.cut`, /missing/, /releasers/],
  ['{ cut: [releasers] }', '{ cut: [] }', '[]', `${shop}.permissions.cut`, /empty/, /releasers/],
  [
    '{ cut: [releasers] }',
    '{ cut: [qa], approve: [qa] }',
    'approve',
    `${shop}.permissions.approve`,
    /already says/,
    /remove/,
  ],
]

const order: readonly Row[] = [
  [
    staging,
    `${staging}        alongside: integratio\n`,
    'integratio',
    `${inStaging}.alongside`,
    /no environment/,
    /integration/,
  ],
  [
    staging,
    `${staging}        alongside: staging\n`,
    'staging',
    `${inStaging}.alongside`,
    /staging → staging/,
    /earlier/,
  ],
  [
    staging,
    `${staging}        alongside: production\n`,
    'production',
    `${inStaging}.alongside`,
    /later/,
    /earlier/,
  ],
  [
    staging,
    `${staging}        after: [integration]\n`,
    'after',
    `${inStaging}.after`,
    /unknown key/,
    /alongside/,
  ],
  [staging, `${staging}        branch: main\n`, 'branch', `${inStaging}.branch`, /no branch/, /continuous/],
  [
    'mode: continuous',
    'mode: continuous\n        soak: 1h',
    'soak',
    `${shop}.environments[0].soak`,
    /none/,
    /remove soak/,
  ],
  [
    approve,
    `mode: continuous\n        ${approve}`,
    'approve',
    `${inProduction}.approve`,
    /nobody/,
    /mode: approval/,
  ],
]

const stages: readonly Row[] = [
  [
    staging,
    `${staging}        build: { run: x }\n`,
    'build',
    `${inStaging}.build`,
    /unknown key/,
    /one build serves every/,
  ],
  ['timeout: 15m', 'timeout: 3 dasy', '3 dasy', `${shop}.build.timeout`, /not a duration/, /15m/],
  ['timeout: 15m', 'timeout: 25h', '25h', `${shop}.build.timeout`, /out of bounds/, /1s to 1d/],
  ['timeout: 15m', 'timeout: 15', '15', `${shop}.build.timeout`, /must be a duration/, /unit/],
  ['timeout: 15m', 'retries: 21', '21', `${shop}.build.retries`, /whole number/, /0 to 20/],
  ['timeout: 15m', 'inputs: {}', 'inputs', `${shop}.build.inputs`, /unknown key/, /workflow/],
  ['[dist]', '[../dist]', '../dist', `${shop}.build.artifacts[0]`, /inside the repository/, /dist/],
  ['run: npm run build, ', '', '{ artifacts', `${shop}.build`, /none of run/, /exactly one/],
  [
    'run: npm run build',
    'run: make, url: "https://x.y"',
    '{ run',
    `${shop}.build`,
    /run and url/,
    /exactly one/,
  ],
  ['run: npm run build', 'url: "ftp://x.y"', '"ftp', `${shop}.build.url`, /not an http address/, /https/],
  [patchOfStaging, staging, 'name: staging', `${inStaging}.patch`, /missing/, /run: deploy/],
  [
    patchOfStaging,
    `${staging}        patch: deploy.sh\n`,
    'deploy.sh',
    `${inStaging}.patch`,
    /group of keys/,
    /run:/,
  ],
  [
    staging,
    `${staging}        secrets: [MISSING]\n`,
    'MISSING',
    `${inStaging}.secrets[0]`,
    /not set/,
    /set MISSING/,
  ],
  [
    staging,
    `${staging}        variables: { A: 1.10 }\n`,
    '1.10',
    `${inStaging}.variables.A`,
    /number/,
    /quotes/,
  ],
  [
    staging,
    `${staging}        variables: { SLIPWAY_APP: x }\n`,
    'SLIPWAY_APP',
    `${inStaging}.variables.SLIPWAY_APP`,
    /itself/,
    /name/,
  ],
  [
    staging,
    `${staging}        secrets: [DEPLOY_TOKEN]\n        variables: { DEPLOY_TOKEN: x }\n`,
    'DEPLOY',
    `${inStaging}.secrets[0]`,
    /variables/,
    /one of the two/,
  ],
]

const gates: readonly Row[] = [
  ['count: 2', 'count: 0', '0', `${inProduction}.approve.count`, /whole number/, /from 1/],
  [
    'count: 2',
    'count: 3',
    '3',
    `${inProduction}.approve.count`,
    /managers .* only 2 may when U01ALICE or U01BOB/,
    /1 more to managers.* 2/,
  ],
  [
    'count: 2',
    'count: 4',
    '4',
    `${inProduction}.approve.count`,
    /managers has 3 people/,
    /2 more to managers/,
  ],
  [
    previews,
    'types: { fix: { approvals: 3 } }',
    '3',
    `${shop}.types.fix.approvals`,
    /only 2 may/,
    /managers/,
  ],
  [
    previews,
    'previews: { like: integration, expires: 9d }',
    '9d',
    `${shop}.previews.expires`,
    /7d by default/,
    /maxAge/,
  ],
  [
    previews,
    'previews: { like: integration, notice: [3d] }',
    '3d',
    `${shop}.previews.notice[0]`,
    /expires 3d/,
    /less than 3d/,
  ],
  [
    previews,
    'previews: { like: integration, extensions: x }',
    'x',
    `${shop}.previews.extensions`,
    /whole number/,
    /0 to/,
  ],
  [
    staging,
    `${staging}        maxAge: 3d\n`,
    'maxAge',
    `${inStaging}.maxAge`,
    /never expires/,
    /expires: 3d/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "0 9 * *", duration: 1h }]\n`,
    '"0 9',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "0 0 9 * * *", duration: 1h }]\n`,
    '"0 0',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "61 9 * * *", duration: 1h }]\n`,
    '"61',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
]

const yaml: readonly Row[] = [
  [
    channel,
    `${channel}${channel}`,
    'channel',
    `${shop}.channel`,
    /given twice; the first is on line 9/,
    /keep one/,
  ],
  ['"@on-call"', '@on-call', '@on-call', '', /reserved character @/, /quotes/],
  ['[U01QUINN]', '*people', '*people', 'roles.qa', /no anchor/, /&people/],
  ['  qa:', '  __proto__:', '__proto__', 'roles', /cannot be a key/, /name/],
  [channel, '\tchannel: x\n', '\tchannel', '', /[Tt]ab/, /spaces/],
]

const table: readonly Mistake[] = [names, references, order, stages, gates, yaml]
  .flat()
  .map(([piece, wrong, points, path, says, fix]) => ({ piece, wrong, points, path, says, fix }))

describe('one mistake', () => {
  test.each(table)('$wrong', ({ piece, wrong, points, path, says, fix }) => {
    const text = sampleWith(piece, wrong)
    const problem = problemsOf(text).find((one) => one.path === path && says.test(one.message))
    expect(problem, JSON.stringify(problemsOf(text), null, 1)).toBeDefined()
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? ''
    expect(line.slice((problem?.column ?? 0) - 1)).toMatch(
      new RegExp(`^${points.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    )
    expect(problem?.fix).toMatch(fix)
  })

  test('nothing is wrong with the sample', () => {
    expect(problemsOf(sample)).toEqual([])
  })
})
