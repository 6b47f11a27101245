import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readEnvironment } from '../../config.js'

const root = resolve(import.meta.dirname, '../..')
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      environment: z.record(z.string(), z.coerce.string()),
      ports: z.array(z.string()),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
})
const { services } = composeSchema.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')))

test('[O.3] it brings PostgreSQL, Temporal and Slipway, open to this machine only', () => {
  expect(Object.keys(services)).toEqual(['postgres', 'temporal', 'slipway'])
  const ports = Object.values(services).flatMap((service) => service.ports)
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
})

test('.env.example and the compose file together make a whole environment, once its secrets are filled in', () => {
  const example = parseEnv(readFileSync(join(root, '.env.example'), 'utf8'))
  const secrets = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'POSTGRES_PASSWORD', 'SLIPWAY_API_TOKEN']
  const read = (values: NodeJS.ProcessEnv): ReturnType<typeof readEnvironment> => {
    const environment = { ...values, ...services['slipway']?.environment }
    const { DATABASE_URL } = environment
    return readEnvironment({
      ...environment,
      DATABASE_URL: DATABASE_URL?.replace(/\$\{.*?\}/, values['POSTGRES_PASSWORD'] ?? ''),
    })
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
