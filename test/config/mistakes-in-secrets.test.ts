import { describe, expect, it, test } from 'vitest'
import { holdsCredentials } from '../../config/credentials.js'
import { isRepositoryAddress } from '../../domain/repository-address.js'
import { inStaging, type Row, report, shop, staging } from './mistake-rows.js'

const list = (what: string): string => `${staging}        ${what}\n`
const patchOfStaging = `${staging}        patch: { run: deploy/patch.sh }\n`
const secret = (name: string): Row => [
  ...([staging, list(`secrets: [${name}]`), name, `${inStaging}.secrets[0]`] as const),
  /Slipway’s own: a stage that has it can act as Slipway/,
  /DEPLOY_TOKEN/,
]
const variable = (name: string): Row => [
  ...([staging, list(`variables: { ${name}: x }`), name, `${inStaging}.variables.${name}`] as const),
  /decides which programs/,
  /in the command itself/,
]
const address = (written: string, says: RegExp): Row => [
  ...(['run: npm run build', `url: "${written}"`, '"', `${shop}.build.url`] as const),
  says,
  /secret: DEPLOY_SECRET|deploy\.example/,
]
const repository = (written: string): Row => [
  ...(['https://github.com/acme/shop.git', `"${written}"`, '"', `${shop}.repository`] as const),
  /not a repository|password or token/,
  /https|GITHUB_TOKEN/,
]

const rows: readonly Row[] = [
  ...['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'DATABASE_URL', 'DATABASE_OWNER_URL', 'GITHUB_TOKEN'].map(
    secret,
  ),
  ...['GITHUB_APP_PRIVATE_KEY', 'TEMPORAL_API_KEY', 'POSTGRES_PASSWORD', 'SLIPWAY_WEBHOOK_SECRET'].map(
    secret,
  ),
  ...['PATH', 'HOME', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'BASH_ENV', 'ENV', 'IFS'].map(
    variable,
  ),
  [
    staging,
    list('secrets: [LD_PRELOAD]'),
    'LD_',
    `${inStaging}.secrets[0]`,
    /decides which programs/,
    /command/,
  ],
  [
    'run: npm run build',
    'run: npm run build, variables: { BASH_ENV: x }',
    'BASH_ENV',
    `${shop}.build.variables.BASH_ENV`,
    /decides which programs/,
    /in the command itself/,
  ],
  [
    'roles:',
    'registries: { r.example: { secret: SHORT_TOKEN } }\nroles:',
    'SHORT_TOKEN',
    'registries["r.example"].secret',
    /fewer than 8/,
    /longer/,
  ],
  [
    'roles:',
    'registries: { R.example/shop: {} }\nroles:',
    'R.example/shop',
    'registries["R.example/shop"]',
    /host of a registry/,
    /registry.example/,
  ],
  [staging, list('secrets: [SHORT_TOKEN]'), 'SHORT', `${inStaging}.secrets[0]`, /fewer than 8/, /longer/],
  [
    patchOfStaging,
    list('patch: { url: "https://x.y", secret: DEPLOY_TOKEN }'),
    'DEPLOY_TOKEN',
    `${inStaging}.patch.secret`,
    /fewer than 16/,
    /openssl/,
  ],
  [
    patchOfStaging,
    list('patch: { url: "https://x.y", secret: NOT_SET }'),
    'NOT_SET',
    `${inStaging}.patch.secret`,
    /not set/,
    /set NOT_SET/,
  ],
  [
    'run: npm run build',
    'run: make, secret: DEPLOY_TOKEN',
    'secret',
    `${shop}.build.secret`,
    /unknown key/,
    /signs its calls/,
  ],
  address('https://u:p@deploy.acme.com/hook', /password or token/),
  address('https://ghp_x@deploy.acme.com/hook', /password or token/),
  address('https://deploy.acme.com/hook?token=abc', /password or token/),
  address('https://deploy.acme.com/hook?v=1&api_key=abc', /password or token/),
  repository('https://u:p@github.com/acme/shop.git'),
  repository('ssh://git:p@github.com/acme/shop.git'),
  repository('https://github.com/acme/shop.git?access_token=abc'),
  repository('http://github.com/acme/shop.git'),
  repository('ssh://-oProxyCommand=x/acme/shop.git'),
  repository('file://host/etc'),
  repository('acme/shop.git'),
]

test.each(rows)('%#: %s → %s', (...row) => {
  const [, , points, , , fix] = row

  expect(report(row)).toEqual({ points, fix: expect.stringMatching(fix) })
})

it('is never repeated in the answer', () => {
  expect(JSON.stringify(report(address('https://u:hunter22@x.y', /never/)))).not.toContain('hunter22')
})

describe('an address', () => {
  it.each([
    'https://x.y/a?v=1',
    'ssh://git@github.com/a/b.git',
    'git@github.com:a/b.git',
    'https://x.y/a@b',
    '/srv/a',
  ])('%s holds no credentials', (text) => expect(holdsCredentials(text)).toBe(false))

  it.each([
    'https://x.y/a',
    'ssh://git@x/a',
    'git@x:a/b.git',
    '/srv/a.git',
    './a.git',
    '../a',
    'file:///srv/a',
  ])('%s may be a repository', (text) => expect(isRepositoryAddress(text)).toBe(true))

  it.each(['ext::sh -c x', '--upload-pack=x', 'http://x/a', 'ssh://-x/a', '/a\u0000b', 'a.git', ''])(
    '%s is none',
    (text) => expect(isRepositoryAddress(text)).toBe(false),
  )
})
