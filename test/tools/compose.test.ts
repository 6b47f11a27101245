import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readEnvironment, readMigration } from '../../config.js'

const root = resolve(import.meta.dirname, '../..')
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      environment: z.record(z.string(), z.coerce.string()),
      image: z.string(),
      build: z.string().optional(),
      ports: z.array(z.string()).default([]),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
})
const { services } = composeSchema.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')))

test('[O.3] it brings PostgreSQL, Temporal and Slipway, which alone is open, and to this machine only', () => {
  expect(Object.keys(services)).toEqual([
    'postgres',
    'temporal-schema',
    'temporal',
    'temporal-namespace',
    'temporal-ui',
    'migrate',
    'slipway',
  ])
  const ports = Object.entries(services).map(([name, service]) => [name, ...service.ports])
  expect(ports.filter(([, port]) => port)).toEqual([['slipway', '127.0.0.1:3000:3000']])
})

test('what others made is named by its exact version, and all of Temporal by one', () => {
  const images = Object.values(services).filter(({ build }) => build === undefined)
  const versions = images.map(({ image }) => image.split(':'))

  expect(versions.filter(([, version]) => !/^\d+(\.\d+)+$/.test(version ?? ''))).toEqual([])
  const temporal = versions.filter(([image]) => /temporalio\/(server|admin-tools)/.test(image ?? ''))
  expect(new Set(temporal.map(([, version]) => version)).size).toBe(1)
})

/** What a service sees, as compose puts it together. */
function filledIn(service: string, values: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(services[service]?.environment ?? {}).map(([name, text]) => [
    name,
    text.replace(/\$\{(\w+).*?\}/g, (_, variable: string) => values[variable] ?? ''),
  ])
  return { ...values, ...Object.fromEntries(own) }
}

test('bot and worker sign in as another role than the owner, and never see the password of that', () => {
  const values = { POSTGRES_PASSWORD: '1f'.repeat(32), SLIPWAY_DATABASE_PASSWORD: '2e'.repeat(32) }

  expect(readMigration(filledIn('migrate', values))).toMatchObject({
    kind: 'ok',
    settings: { role: { name: 'slipway_app', password: '2e'.repeat(32) } },
  })
  expect(Object.values(filledIn('slipway', values)).join()).not.toContain('1f1f')
})

test('.env.example and the compose file together make a whole environment, once its secrets are filled in', () => {
  const example = parseEnv(readFileSync(join(root, '.env.example'), 'utf8'))
  const secrets = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLIPWAY_DATABASE_PASSWORD', 'SLIPWAY_API_TOKEN']
  const read = (values: NodeJS.ProcessEnv): ReturnType<typeof readEnvironment> => {
    return readEnvironment(filledIn('slipway', values))
  }
  const filled = secrets.map((name) => [
    name,
    `${/^x[a-z]+-/.exec(example[name] ?? '')?.[0] ?? ''}${'1f'.repeat(32)}`,
  ])
  const asItIs = read(example)

  expect(read({ ...example, ...Object.fromEntries(filled) })).toMatchObject({
    kind: 'ok',
    settings: { temporalAddress: services['slipway']?.environment['TEMPORAL_ADDRESS'] },
  })
  expect(asItIs.kind === 'problems' && asItIs.problems.map(({ variable }) => variable).toSorted()).toEqual(
    [...secrets, 'DATABASE_URL'].toSorted(),
  )
})

const hasCompose = spawnSync('docker-compose', ['version']).status === 0

describe.skipIf(!hasCompose)('docker-compose', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-compose-'))

  beforeAll(() => {
    copyFileSync(join(root, 'docker-compose.yml'), join(folder, 'docker-compose.yml'))
    copyFileSync(join(root, '.env.example'), join(folder, '.env'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('[O.3] takes the file', () => {
    const run = spawnSync('docker-compose', ['-f', 'docker-compose.yml', 'config', '-q'], {
      cwd: folder,
      encoding: 'utf8',
    })

    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('says what is missing when .env has no password', () => {
    const run = spawnSync('docker-compose', ['-f', 'docker-compose.yml', 'config', '-q'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, POSTGRES_PASSWORD: '' },
    })

    expect(run.status).not.toBe(0)
    expect(run.stderr).toContain('POSTGRES_PASSWORD')
  })
})
