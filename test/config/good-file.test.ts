import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { canonicalJson, sha256 } from '../../config/hash.js'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { type Configuration, findApp, findRole } from '../../domain/configuration.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { sample, sampleWith } from './sample.js'

function read(text: string): Configuration {
  const reading = parseConfiguration(text, 'slipway.yaml')
  if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems))
  return reading.configuration
}

function shopOf(text: string): AppDefinition {
  const app = findApp(read(text), 'shop')
  if (app === null) throw new Error('no shop')
  return app
}

const minute = 60_000
const hour = 60 * minute

test('a channel has a pinned message only where it is asked for', () => {
  const channel = '    channel: C01SHOP\n'
  expect(shopOf(sampleWith(channel, `${channel}    pin: true\n`)).pin).toBe(true)
  expect(shopOf(sampleWith(channel, `${channel}    pin: false\n`))).not.toHaveProperty('pin')
  expect(shopOf(sample)).not.toHaveProperty('pin')
})

describe('the example', () => {
  const configuration = read(readFileSync('slipway.example.yaml', 'utf8'))

  test('has environments on their levels, two of them side by side', () => {
    const levels = findApp(configuration, 'shop')?.environments.map(({ name, level }) => `${name} ${level}`)
    expect(levels).toEqual(['integration 0', 'staging 1', 'load-test 1', 'production 2'])
  })

  test('has an app without environments', () => {
    expect(findApp(configuration, 'handbook')?.environments).toEqual([])
  })

  test('is plain JSON, so that it crosses Temporal unchanged', () => {
    expect(JSON.parse(JSON.stringify(configuration))).toEqual(configuration)
  })

  test('says whose addresses are whose, where it does', () => {
    expect(configuration.identities).toEqual({ people: [], agents: [] })
    const named = read(
      sampleWith(
        'roles:',
        'identities: { U01BOB: [bob@home.example, bob] }\nagents: ["dependabot[bot]"]\nroles:',
      ),
    )
    expect(named.identities).toEqual({
      people: [{ user: 'U01BOB', names: ['bob@home.example', 'bob'] }],
      agents: ['dependabot[bot]'],
    })
  })

  test('names registries, and who signs in there', () => {
    expect(configuration.registries).toEqual([])
    const list = 'registries: { r.example: { user: ci, secret: DEPLOY_TOKEN }, "box:5000": {} }'
    expect(read(sampleWith('roles:', `${list}\nroles:`)).registries).toEqual([
      { host: 'r.example', user: 'ci', secret: 'DEPLOY_TOKEN' },
      { host: 'box:5000', user: null, secret: null },
    ])
  })

  test('tells people from Slack groups', () => {
    expect(findRole(configuration, 'on-call')).toEqual({ name: 'on-call', users: [], groups: ['@on-call'] })
    expect(findRole(configuration, 'qa')).toEqual({ name: 'qa', users: ['U01QUINN'], groups: [] })
    expect(findRole(configuration, 'nobody')).toBeNull()
  })
})

describe('what is left out', () => {
  test('of the file', () => {
    const { command, pollEveryMs, digest } = read(sample)
    expect({ command, pollEveryMs, digest }).toEqual({
      command: '/release',
      pollEveryMs: 30_000,
      digest: { cron: '30 9 * * 1-5', timezone: 'UTC' },
    })
  })

  test('of an app', () => {
    const { environments: _, build: __, configHash, ...app } = shopOf(sample)
    const own = { approvals: null, acceptance: true, soak: true, checklist: true, passesFreeze: false }
    expect(configHash).toBe(sha256(sample))
    expect(app).toEqual({
      name: 'shop',
      repository: 'https://github.com/acme/shop.git',
      trunk: 'main',
      channel: 'C01SHOP',
      timezone: 'UTC',
      version: 'calendar',
      tag: 'v{version}',
      pickBranch: 'release/{tag}',
      paths: [],
      alsoWhen: [],
      cut: 'manual',
      permissions: { cut: ['releasers'] },
      previews: {
        like: 'integration',
        expiresMs: 72 * hour,
        noticesMs: [24 * hour, 2 * hour],
        extensions: 3,
        maxAgeMs: 7 * 24 * hour,
        most: 5,
        variables: {},
      },
      checklist: [{ item: 'QA sign-off', role: 'qa', before: 'production', fourEyes: true }],
      types: ['feature', 'fix', 'hotfix', 'bugfix'].map((name) => ({ name, ...own })),
      stallAfterMs: 24 * hour,
      github: {
        context: 'slipway',
        statuses: true,
        deployments: true,
        releases: true,
        logLinks: true,
        comments: [],
        requiredChecks: [],
      },
    })
  })

  test('of an environment', () => {
    const [integration, staging, production] = shopOf(sample).environments
    const run = { kind: 'shell', run: 'deploy/patch.sh' }
    expect(staging).toEqual({
      name: 'staging',
      mode: 'approval',
      level: 1,
      branch: null,
      template: null,
      variables: {},
      secrets: [],
      requireSetup: 'run',
      stages: {
        setup: null,
        patch: { run, timeoutMs: 20 * minute, retries: 3 },
        check: null,
        teardown: null,
      },
      approve: [],
      accept: { from: ['qa'] },
      acceptWithinMs: 4 * hour,
      requires: 'all',
      soakMs: 0,
      change: null,
      queue: 'fifo',
      windows: [],
      rollbackOnFailedCheck: false,
      expiresMs: null,
      noticesMs: [],
      extensions: 3,
      maxAgeMs: null,
      teardownNoticeMs: 600_000,
      driftEveryMs: null,
      probe: null,
    })
    expect(integration).toMatchObject({ mode: 'continuous', branch: 'main', accept: null })
    expect(production?.approve).toEqual([
      { from: ['managers'], count: 2, fourEyes: true, notSoleAuthor: false },
    ])
  })

  test('of the stages: each has its own time and retries', () => {
    const all =
      '        setup: { run: a }\n        check: { run: a }\n        teardown: { run: a }\n        accept: { from: [qa] }'
    const { setup, check, teardown } =
      shopOf(sampleWith('        accept: { from: [qa] }', all)).environments[1]?.stages ?? {}
    expect([setup, check, teardown].map((stage) => [stage?.timeoutMs, stage?.retries])).toEqual([
      [20 * minute, 2],
      [5 * minute, 2],
      [20 * minute, 2],
    ])
  })
})

describe('what is written', () => {
  test('a release type changes what it names and keeps the rest', () => {
    const { types } = shopOf(
      sampleWith(
        '    previews:',
        '    types: { fix: { approvals: 0 }, chore: { soak: false } }\n    previews:',
      ),
    )
    expect(types.find(({ name }) => name === 'fix')).toEqual({
      name: 'fix',
      approvals: 0,
      acceptance: true,
      soak: true,
      checklist: true,
      passesFreeze: false,
    })
    expect(types.map(({ name }) => name)).toEqual(['feature', 'fix', 'hotfix', 'bugfix', 'chore'])
  })

  test('never and off are none', () => {
    expect(read(`pollEvery: never\ndigest: off\n${sample}`)).toMatchObject({
      pollEveryMs: null,
      digest: null,
    })
  })

  test('a short-lived preview drops the default notices that come too early', () => {
    const { previews } = shopOf(sampleWith('{ like: integration }', '{ like: integration, expires: 12h }'))
    expect(previews?.noticesMs).toEqual([2 * hour])
  })

  test('a continuous environment above the first follows no branch', () => {
    const text = sampleWith('      - name: staging', '      - name: staging\n        mode: continuous')
    expect(shopOf(text).environments[1]).toMatchObject({ mode: 'continuous', branch: null })
  })

  test.each([
    [
      'workflow: deploy.yml, inputs: { to: staging }',
      { kind: 'github-actions', workflow: 'deploy.yml', inputs: { to: 'staging' } },
    ],
    [
      'url: "https://deploy.acme.com"',
      { kind: 'http', url: 'https://deploy.acme.com', method: 'POST', secret: null },
    ],
  ])('a build by %s', (written, run) => {
    expect(shopOf(sampleWith('run: npm run build', written)).build.stage.run).toEqual(run)
  })

  test('anchors and merges stand for what they name', () => {
    const text = sample.replace(
      'patch: { run: deploy/patch.sh }',
      'patch: &patch { run: deploy/patch.sh, retries: 7 }',
    )
    const merged = text.replace('patch: { run: deploy/patch.sh }', 'patch: { <<: *patch, timeout: 1h }')
    expect(shopOf(merged).environments[1]?.stages.patch).toMatchObject({ retries: 7, timeoutMs: hour })
  })
})

function hashOf(build: string): string {
  return shopOf(sampleWith('{ run: npm run build, artifacts: [dist], timeout: 15m }', build)).build.hash
}

describe('the hash of the build', () => {
  const hash = hashOf('{ run: make, artifacts: [dist], variables: { A: x, B: y } }')

  test.each([
    ['keys in another order', '{ variables: { B: y, A: x }, artifacts: [dist], run: make }'],
    [
      'a default that is written out',
      '{ run: make, artifacts: [dist], variables: { A: x, B: y }, timeout: 900s, retries: 2 }',
    ],
  ])('is the same with %s', (_name, build) => {
    expect(hashOf(build)).toBe(hash)
  })

  test.each([
    ['command', '{ run: make all, artifacts: [dist], variables: { A: x, B: y } }'],
    ['artifact', '{ run: make, artifacts: [out], variables: { A: x, B: y } }'],
    ['variable', '{ run: make, artifacts: [dist], variables: { A: x, B: z } }'],
  ])('is another with another %s', (_name, build) => {
    expect(hashOf(build)).not.toBe(hash)
  })

  test('is of JSON with sorted keys at every depth, lists as they are', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 'x'], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},"x"]}')
  })
})
