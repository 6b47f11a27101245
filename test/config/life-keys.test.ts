import { expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { previewDefinition } from '../../domain/environment/preview.js'
import { parseEnvironmentName } from '../../domain/identifiers.js'

const file = (previews: string, environment = ''): string => `
roles: { releasers: [U01ALICE] }
apps:
  shop:
    repository: https://github.com/acme/shop.git
    channel: C01SHOP
    permissions: { cut: [releasers] }
    build: { run: npm run build, artifacts: [dist] }
    environments:
      - { name: integration, mode: continuous, variables: { LOG_LEVEL: info }, patch: { run: patch.sh }${environment} }
    previews: { like: integration, ${previews} }
`

test('a preview has variables of its own on top of those it is like, by its name', () => {
  const read = parseConfiguration(file('variables: { SCHEMA: "shop_{name}" }'), 'slipway.yaml')
  const app = read.kind === 'ok' ? read.configuration.apps[0] : undefined
  const name = parseEnvironmentName('pr-17')
  const preview = app && name ? previewDefinition(app, name, 'feature') : null

  expect(preview?.variables).toEqual({ LOG_LEVEL: 'info', SCHEMA: 'shop_pr-17' })
  expect(preview).toMatchObject({
    mode: 'continuous',
    level: 0,
    approve: [],
    accept: null,
    branch: 'feature',
  })
})

test('a probe is a stage as any other', () => {
  const read = parseConfiguration(file('most: 2', ', probe: { run: gone.sh, timeout: 1m }'), 'slipway.yaml')
  const environment = read.kind === 'ok' ? read.configuration.apps[0]?.environments[0] : null

  expect(environment?.probe).toMatchObject({ run: { kind: 'shell', run: 'gone.sh' }, timeoutMs: 60_000 })
})

test('mistakes in both are reported at once, each with its place', () => {
  const read = parseConfiguration(file('variables: { "1X": 2 }', ', probe: { retries: -1 }'), 'slipway.yaml')
  const lines = read.kind === 'problems' ? read.problems.map((problem) => JSON.stringify(problem)) : []

  expect(lines.join('\n')).toMatch(/1X/)
  expect(lines.join('\n')).toMatch(/probe/)
})
