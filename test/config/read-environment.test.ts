import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  formatSettingProblems,
  loadConfiguration,
  readEnvironment,
  readLocalEnvironment,
  readStageSecret,
  readWorkerEnvironment,
} from '../../config.js'
import { KEEP } from '../support/retention.js'
import { sample, sampleWith } from './sample.js'

const complete = {
  SLACK_BOT_TOKEN: 'xoxb-1-a-bot-token',
  SLACK_APP_TOKEN: 'xapp-1-an-app-token',
  DATABASE_URL: 'postgres://u:hidden-secret@db/slipway',
  TEMPORAL_ADDRESS: 'temporal:7233',
}

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  const reading = readEnvironment(env)
  return reading.kind === 'ok' ? [] : formatSettingProblems(reading.problems).split('\n')
}

describe('settings', () => {
  test('have defaults', () => {
    expect(readEnvironment(complete)).toEqual({
      kind: 'ok',
      settings: {
        slack: {
          kind: 'socket',
          botToken: 'xoxb-1-a-bot-token',
          appToken: 'xapp-1-an-app-token',
          apiUrl: null,
        },
        databaseUrl: 'postgres://u:hidden-secret@db/slipway',
        temporalAddress: 'temporal:7233',
        temporalNamespace: 'default',
        temporalAccess: {},
        encryption: null,
        temporalPlacement: { queuePrefix: '', searchable: false },
        buildId: null,
        temporalMetricsPort: null,
        temporalUiUrl: null,
        configFile: resolve('slipway.yaml'),
        http: { host: '127.0.0.1', port: 3000, apiToken: null, publicUrl: null, webhookSecret: null },
        dataFolder: resolve('.slipway'),
        artifactsFolder: resolve('.slipway/artifacts'),
        artifactsShared: false,
        artifactsBucket: null,
        cacheFolder: join(homedir(), '.cache/slipway'),
        traces: null,
        logLevel: 'info',
        git: { committer: { name: 'Slipway', email: 'slipway@localhost' }, signingKey: null },
        github: { access: { kind: 'none' }, apiUrl: 'https://api.github.com' },
        sandbox: { mode: 'auto', uids: { first: 60_600, last: 60_999 } },
        concurrency: { builds: 2, stages: 4 },
        runsOn: [],
        cachedWorkflows: 500,
        leastFree: { gib: 2, percent: 5 },
        keepDays: KEEP,
      },
    })
  })

  test('take one range of user ids, root never among them', () => {
    for (const wrong of ['0-10', '10-9', '60600', 'a-b', '1-9999999999', '-5-6']) {
      expect(problemsOf({ ...complete, SLIPWAY_SANDBOX_UIDS: wrong }), wrong).toEqual([
        expect.stringMatching(/^SLIPWAY_SANDBOX_UIDS: is not a range of user ids → .*e\.g\. 60600-60999/),
      ])
    }
    expect(problemsOf({ ...complete, SLIPWAY_SANDBOX_UIDS: '700-701' })).toEqual([])
    expect(problemsOf({ ...complete, SLIPWAY_SANDBOX: 'docker' })).toEqual([
      expect.stringMatching(/^SLIPWAY_SANDBOX: is not one of the known words → set auto, bwrap, user, off$/),
    ])
  })

  test('take a list of labels, each a name', () => {
    const labels = (text: string) => {
      const read = readWorkerEnvironment({ ...complete, SLIPWAY_RUNS_ON: text })
      return read.kind === 'ok' ? read.settings.runsOn : read.problems.map(({ variable }) => variable)
    }
    expect([labels(''), labels(' bank, shop,bank,')]).toEqual([[], ['bank', 'shop']])
    for (const wrong of ['Bank', 'a b', '*']) expect(labels(wrong), wrong).toEqual(['SLIPWAY_RUNS_ON'])
  })

  test('take the name of a build, and no empty one', () => {
    const build = (text: string) => {
      const read = readWorkerEnvironment({ ...complete, SLIPWAY_BUILD_ID: text })
      return read.kind === 'ok' ? read.settings.buildId : formatSettingProblems(read.problems)
    }
    for (const name of ['4f2a91c', '2026.11.29-4f2a91c', 'v1.2.3+arm_64', 'b'.repeat(100)])
      expect(build(name)).toBe(name)
    for (const empty of ['', '  '])
      expect(build(empty)).toMatch(
        /^SLIPWAY_BUILD_ID: is empty → use 1 to 100 .* or take SLIPWAY_BUILD_ID out$/,
      )
    for (const wrong of ['b'.repeat(101), 'two words', '__unversioned__', 'a:b', '.a', 'sha256/4f', 'bäu'])
      expect(build(wrong), wrong).toMatch(/^SLIPWAY_BUILD_ID: is no name of a build → use 1 to 100 letters/)
  })

  test('are all wrong at once, and no value is repeated', () => {
    const problems = problemsOf({
      SLACK_BOT_TOKEN: 'xapp-1-an-app-token',
      DATABASE_URL: 'mysql://u:hidden-secret@db',
      SLIPWAY_HTTP_HOST: '0.0.0.0',
      SLIPWAY_HTTP_PORT: '70000',
      SLIPWAY_ARTIFACTS_SHARED: 'perhaps',
      SLIPWAY_LOG_LEVEL: 'loud',
      SLIPWAY_PUBLIC_URL: 'slipway',
      SLIPWAY_BUILDS: '0',
      SLIPWAY_STAGES: '0',
      SLIPWAY_HTTP_PROT: '3000',
      GITHUB_APP_ID: '1',
    })
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'DATABASE_URL',
      'TEMPORAL_ADDRESS',
      'SLIPWAY_API_TOKEN',
      'SLIPWAY_HTTP_PORT',
      'SLIPWAY_PUBLIC_URL',
      'SLIPWAY_ARTIFACTS_SHARED',
      'SLIPWAY_LOG_LEVEL',
      'GITHUB_APP_PRIVATE_KEY',
      'SLIPWAY_STAGES',
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'SLIPWAY_HTTP_PROT',
    ])
    expect(problems.join('\n')).not.toContain('secret')
  })

  test.each([
    ['socket', complete],
    ['http', { ...complete, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a signing secret' }],
    ['socket', { ...complete, SLACK_SIGNING_SECRET: 'a signing secret' }],
  ])('choose %s', (kind, env) => {
    expect(readEnvironment(env)).toMatchObject({ settings: { slack: { kind } } })
  })

  test('say how to reach Slack when neither way is set', () => {
    const { SLACK_APP_TOKEN: _, ...env } = complete
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/SLACK_APP_TOKEN.*Socket Mode.*SLACK_SIGNING_SECRET.*HTTP/),
    ])
  })

  test.each([
    ['127.0.0.1', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['127.evil.example', false],
  ])('on %s need no token: %s', (host, free) => {
    expect(problemsOf({ ...complete, SLIPWAY_HTTP_HOST: host }).length === 0).toBe(free)
    expect(
      problemsOf({ ...complete, SLIPWAY_HTTP_HOST: host, SLIPWAY_API_TOKEN: 'sixteen or more!' }),
    ).toEqual([])
  })

  test('keep the artifacts beside the other data unless told', () => {
    expect(readEnvironment({ ...complete, SLIPWAY_DATA: '~/data' })).toMatchObject({
      settings: { dataFolder: join(homedir(), 'data'), artifactsFolder: join(homedir(), 'data/artifacts') },
    })
  })

  test('take a GitHub App’s key with its line ends written out', () => {
    const key = rsaKey()
    const env = { ...complete, GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: key.replaceAll('\n', '\\n') }
    expect(readEnvironment(env)).toMatchObject({
      settings: { github: { access: { kind: 'app', privateKey: key } } },
    })
  })

  test('[O.2] say that a GitHub App’s key or id is none', () => {
    const whole = rsaKey()
    const keys = ['nonsense', whole.split('\n').slice(0, 5).join('\n'), whole.replaceAll('\n', ' ')]
    for (const GITHUB_APP_PRIVATE_KEY of keys) {
      expect(problemsOf({ ...complete, GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY })).toEqual([
        expect.stringMatching(/^GITHUB_APP_PRIVATE_KEY: is no private key → .*BEGIN and END/),
      ])
    }
    expect(problemsOf({ ...complete, GITHUB_APP_ID: 'my-app', GITHUB_APP_PRIVATE_KEY: whole })).toEqual([
      expect.stringMatching(/^GITHUB_APP_ID: is no id of a GitHub App → /),
    ])
    expect(problemsOf({ ...complete, GITHUB_APP_ID: 'Iv23liABC', GITHUB_APP_PRIVATE_KEY: whole })).toEqual([])
  })

  test('let the variables of a stage and names of others pass', () => {
    expect(
      problemsOf({ ...complete, SLIPWAY_APP: 'x', SLIPWAY_OUTPUT: 'x', SLIPWAY_SOMETHING_ELSE: 'x' }),
    ).toEqual([])
  })
})

describe('secrets that could be guessed', () => {
  const example = readFileSync('.env.example', 'utf8')
    .split('\n')
    .flatMap((line) => /^([A-Z_]+)=(\S+)$/.exec(line)?.slice(1, 3) ?? [])

  test('are those of .env.example, until somebody puts others there', () => {
    const given = Object.fromEntries(
      example.flatMap((name, at) => (at % 2 === 0 ? [[name, example[at + 1]]] : [])),
    )
    const { DATABASE_URL, TEMPORAL_ADDRESS } = complete

    expect(problemsOf({ DATABASE_URL, TEMPORAL_ADDRESS, ...given })).toEqual(
      [
        'SLACK_BOT_TOKEN',
        'SLACK_APP_TOKEN',
        'SLIPWAY_API_TOKEN',
        'POSTGRES_PASSWORD',
        'SLIPWAY_DATABASE_PASSWORD',
      ].map((name) => expect.stringContaining(`${name}: is still a placeholder`)),
    )
  })

  test.each([
    ['SLIPWAY_API_TOKEN', 'x', 'fewer than 16'],
    ['SLIPWAY_API_TOKEN', 'change-me-too', 'placeholder'],
    ['SLIPWAY_API_TOKEN', 'ChangeMe-0123456789', 'placeholder'],
    ['SLIPWAY_WEBHOOK_SECRET', '1', 'fewer than 16'],
    ['GITHUB_TOKEN', 'ghp_your-token-here-please', 'placeholder'],
    ['SLACK_SIGNING_SECRET', 'secret', 'placeholder'],
    ['DATABASE_URL', 'postgres://slipway:change-me@db/slipway', 'placeholder'],
  ])('%s=%s is refused once, and not repeated', (name, value, says) => {
    const [only, ...more] = problemsOf({ ...complete, [name]: value })

    expect(only).toMatch(new RegExp(`^${name}: .*${says}.* → `))
    expect(only).not.toContain(value === 'x' || value === '1' ? 'nothing' : value)
    expect(more).toEqual([])
  })
})

describe('who needs what', () => {
  test('a worker needs no Slack', () => {
    const { DATABASE_URL, TEMPORAL_ADDRESS } = complete
    expect(readWorkerEnvironment({ DATABASE_URL, TEMPORAL_ADDRESS }).kind).toBe('ok')
    expect(readWorkerEnvironment({}).kind).toBe('problems')
  })

  test('npm start needs nothing, and starts what has no address', () => {
    const none = { databaseUrl: null, temporalAddress: null, slack: null, slackPort: 3100 }
    expect(readLocalEnvironment({})).toMatchObject({ kind: 'ok', settings: none })
    expect(readLocalEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' }).kind).toBe('problems')
  })
})

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-config-'))
  const file = join(folder, 'slipway.yaml')

  test('that is not there is a problem', () => {
    expect(loadConfiguration(join(folder, 'none.yaml'), {})).toMatchObject({
      kind: 'problems',
      problems: [
        {
          message: expect.stringContaining('cannot be read'),
          fix: expect.stringContaining('SLIPWAY_CONFIG'),
        },
      ],
    })
  })

  test('that is a folder is a problem with a way out of its own', () => {
    const fix = expect.stringContaining('remove the folder')
    expect(loadConfiguration(folder, {})).toMatchObject({
      kind: 'problems',
      problems: [{ file: folder, message: 'is a folder, not a file', fix }],
    })
  })

  test('is checked with the secrets of the environment', () => {
    writeFileSync(file, sampleWith('        accept: { from: [qa] }', '        secrets: [DEPLOY_TOKEN]'))
    expect(loadConfiguration(file, { DEPLOY_TOKEN: 'long enough' }).kind).toBe('ok')
    expect(loadConfiguration(file, { DEPLOY_TOKEN: '' }).kind).toBe('problems')
    const loaded = (builds: boolean, stages: boolean) =>
      loadConfiguration(file, {}, { builds, stages, runsOn: null }).kind
    expect([loaded(true, false), loaded(false, true)]).toEqual(['ok', 'problems'])
    const labelled = (runsOn: readonly string[]) =>
      loadConfiguration(file, {}, { builds: true, stages: true, runsOn }).kind
    expect([labelled(['bank']), labelled([])]).toEqual(['ok', 'problems'])
    writeFileSync(file, sample)
    expect(loadConfiguration(file, {})).toMatchObject({ kind: 'ok', configuration: { text: sample } })
    rmSync(folder, { recursive: true })
  })

  test.each([
    [{ A: 'x' }, 'x'],
    [{ A: '' }, null],
    [{}, null],
  ])('a stage’s secret in %j is %s', (env, value) => {
    expect(readStageSecret('A', env)).toBe(value)
  })
})

function rsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}
