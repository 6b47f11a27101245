import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** A file with one planted fault, and the only finding it may cause. */
interface Plant {
  readonly file: string
  readonly source: string
  readonly finds: string | null
}

const handler = (rest: string) =>
  `import { setHandler } from '@temporalio/workflow'\nimport { approve } from './messages.js'\n${rest}\n`
const proxy = (options: string) =>
  `import { proxyActivities } from '@temporalio/workflow'\nexport const stage = proxyActivities<object>(${options})\n`

const table = 'slipway(import-table)'
const plants: Plant[] = [
  { file: 'domain/reads-files.ts', source: `export * from 'node:fs'\n`, finds: table },
  { file: 'domain/uses-a-package.ts', source: `export * from 'zod'\n`, finds: table },
  { file: 'domain/knows-the-bot.ts', source: `export * from '../bot/card.js'\n`, finds: table },
  {
    file: 'domain/knows-a-type.ts',
    source: `export type Card = import('../bot/card.js').Card\n`,
    finds: `${table} typescript(consistent-type-imports)`,
  },
  { file: 'domain/inside/knows-domain.ts', source: `export * from '../rule.js'\n`, finds: null },
  { file: 'workflows/a.workflow.ts', source: `export * from './activities/index.js'\n`, finds: table },
  { file: 'workflows/b.workflow.ts', source: `export type * from './activities/index.js'\n`, finds: null },
  { file: 'workflows/c.workflow.ts', source: `export * from 'node:crypto'\n`, finds: table },
  { file: 'workflows/d.workflow.ts', source: `export * from '../db/queries/card.js'\n`, finds: table },
  { file: 'workflows/activities/e.ts', source: `export * from '../../db/queries/card.js'\n`, finds: table },
  { file: 'workflows/gateway.ts', source: `export * from '@temporalio/client'\n`, finds: null },
  { file: 'workflows/worker.ts', source: `export * from '@temporalio/client'\n`, finds: table },
  { file: 'integrations/a.ts', source: `export * from '../db/queries/card.js'\n`, finds: table },
  { file: 'db/a.ts', source: `export * from '../bot/card.js'\n`, finds: table },
  { file: 'bot/a.ts', source: `export * from '../db/repositories/releases.js'\n`, finds: table },
  { file: 'bot/orders/b.ts', source: `export * from '../../db/queries/card.js'\n`, finds: null },
  { file: 'bot/orders/c.ts', source: `export * from '../../workflows/gateway.js'\n`, finds: table },
  { file: 'bot/orders/d.ts', source: `export type * from '../../workflows/gateway.js'\n`, finds: null },
  { file: 'bot/orders/g.ts', source: `export type { Kysely } from 'kysely'\n`, finds: null },
  { file: 'compose/a.ts', source: `export * from '../db/queries/card.js'\n`, finds: null },
  { file: 'bot/views/i.ts', source: `export * from '../slack/wire.js'\n`, finds: table },
  { file: 'bot/slack/j.ts', source: `export * from '../card.js'\n`, finds: table },
  { file: 'bot/commands/o.ts', source: `export * from '../verbs/table.js'\n`, finds: table },
  { file: 'bot/orders/p.ts', source: `export type * from '../verbs/table.js'\n`, finds: table },
  { file: 'bot/verbs/q.ts', source: `export * from '../inbox/worker.js'\n`, finds: table },
  { file: 'bot/inbox/r.ts', source: `export type * from '../interactions/form.js'\n`, finds: table },
  { file: 'bot/interactions/s.ts', source: `export * from '../inbox/worker.js'\n`, finds: null },
  { file: 'bot/k.ts', source: `export * from './publisher/card.js'\n`, finds: table },
  { file: 'bot/l.ts', source: `export * from './slack/wire.js'\n`, finds: null },
  { file: 'bot/publisher/m.ts', source: `export * from '../../http/server.js'\n`, finds: table },
  { file: 'http/n.ts', source: `export * from '../bot/card.js'\n`, finds: table },
  { file: 'bot/h.ts', source: `export * from '../compose/a.js'\n`, finds: table },
  { file: 'bot/orders/e.ts', source: `export { sql } from 'kysely'\n`, finds: table },
  {
    file: 'bot/f.ts',
    source: `export const load: () => Promise<unknown> = () => import('../config.js')\n`,
    finds: table,
  },
  { file: 'config/a.ts', source: `export * from '../bot/card.js'\n`, finds: table },
  { file: 'local/a.ts', source: `export * from '../db/queries/card.js'\n`, finds: table },
  { file: 'local/start.ts', source: `export * from '../main.js'\n`, finds: null },
  { file: 'integrations/b.ts', source: `export * from '../main.js'\n`, finds: table },
  ...['() => undefined', '() => {}', 'function () {}'].map((silence, index) => ({
    file: `integrations/swallows-${index}.ts`,
    source: `export const quiet = (work: Promise<void>): Promise<void> => work.catch(${silence})\n`,
    finds: 'slipway(no-swallowed-rejection)',
  })),
  {
    file: 'integrations/says-why.ts',
    source: `export const known = (work: Promise<number>): Promise<number | null> => work.catch(() => null)\n`,
    finds: null,
  },
  {
    file: 'workflows/async-validator.ts',
    source: handler(`setHandler(approve, () => 1, { validator: async () => {} })`),
    finds: 'slipway(no-update-validator)',
  },
  {
    file: 'workflows/async-handler.ts',
    source: handler(`setHandler(approve, async () => 1)`),
    finds: 'slipway(sync-handler)',
  },
  {
    file: 'workflows/named-async-handler.ts',
    source: handler(`async function decide() {\n  return 1\n}\nsetHandler(approve, decide)`),
    finds: 'slipway(sync-handler)',
  },
  { file: 'workflows/sync-handler.ts', source: handler(`setHandler(approve, () => 1)`), finds: null },
  {
    file: 'workflows/stale.ts',
    source: `export async function run(f: (n: number, m: number) => number, y: () => Promise<number>): Promise<number> {
  let x = 0
  x = f(x, await y())
  return x
}\n`,
    finds: 'slipway(no-stale-assign)',
  },
  {
    file: 'workflows/stale-sum.ts',
    source: `export async function run(y: () => Promise<number>): Promise<number> {
  let x = 0
  x += await y()
  return x
}\n`,
    finds: 'slipway(no-stale-assign)',
  },
  {
    file: 'workflows/fresh.ts',
    source: `export async function run(y: () => Promise<number>): Promise<number> {
  let x = 0
  x = await y()
  return x
}\n`,
    finds: null,
  },
  {
    file: 'workflows/once.ts',
    source: proxy(`{ cancellationType: 'WAIT', activityId: 'a', retry: { maximumAttempts: 1 } }`),
    finds: 'slipway(stage-options)',
  },
  {
    file: 'workflows/nameless.ts',
    source: proxy(`{ cancellationType: 'WAIT' }`),
    finds: 'slipway(stage-options)',
  },
  { file: 'workflows/named.ts', source: proxy(`{ cancellationType: 'WAIT', activityId: 'a' }`), finds: null },
  { file: 'domain/now.ts', source: `export const at = new Date()\n`, finds: 'slipway(no-ambient-time)' },
  { file: 'domain/now-ms.ts', source: `export const at = Date.now()\n`, finds: 'slipway(no-ambient-time)' },
  { file: 'domain/random.ts', source: `export const n = Math.random()\n`, finds: 'slipway(no-ambient-time)' },
  { file: 'domain/instant.ts', source: `export const at = new Date('2026-01-01')\n`, finds: null },
  { file: 'domain/cycle.ts', source: `export * from './cycle-back.js'\n`, finds: 'import(no-cycle)' },
  { file: 'domain/cycle-back.ts', source: `export * from './cycle.js'\n`, finds: 'import(no-cycle)' },
  { file: 'domain/types-a.ts', source: `export type * from './types-b.js'\n`, finds: 'import(no-cycle)' },
  { file: 'domain/types-b.ts', source: `export type * from './types-a.js'\n`, finds: 'import(no-cycle)' },
  {
    file: 'domain/env.ts',
    source: `export const home = process.env['HOME']\n`,
    finds: 'eslint(no-restricted-globals) eslint(no-restricted-properties)',
  },
  { file: 'config.ts', source: `export const home = process.env['HOME']\n`, finds: null },
  {
    file: 'bot/floating.ts',
    source: `export function tell(say: () => Promise<void>): void {\n  say()\n}\n`,
    finds: 'typescript(no-floating-promises)',
  },
  {
    file: 'domain/forgets-a-kind.ts',
    source: `export function weigh(kind: 'a' | 'b'): number {
  switch (kind) {
    case 'a':
      return 1
  }
  return 0
}\n`,
    finds: 'typescript(switch-exhaustiveness-check)',
  },
  {
    file: 'bot/no-types.ts',
    source: `const list: any = []\nexport const first = list[0]!\n`,
    finds: 'typescript(no-explicit-any) typescript(no-non-null-assertion)',
  },
  ...[
    `test('a', () => expect(1).toBe(1), 60_000)`,
    `test('a', { timeout: 60_000 }, () => expect(1).toBe(1))`,
    `test.skipIf(true).each([1])('a', () => expect(1).toBe(1), 60_000)`,
    `beforeAll(() => {}, 60_000)`,
    `vi.setConfig({ testTimeout: 60_000 })`,
  ].map((source, at) => ({
    file: `test/domain/limit-${at}.test.ts`,
    source: `import { beforeAll, expect, test, vi } from 'vitest'\n${source}\nexport { beforeAll, expect, test, vi }\n`,
    finds: 'slipway(no-time-limit)',
  })),
  ...[`sql.where('id', 'in', ids)`, `sql.where('id', 'not in', [...ids, 'a'])`, `sql.join(ids)`].map(
    (source, at) => ({
      file: `db/list-${at}.ts`,
      source: `declare const sql: Record<string, (...given: unknown[]) => unknown>\ndeclare const ids: string[]\nexport const found = ${source}\n`,
      finds: 'slipway(one-parameter-per-list)',
    }),
  ),
  { file: 'bot/default.ts', source: `export default 1\n`, finds: 'import(no-default-export)' },
  { file: 'bot/snake_case.ts', source: `export const a = 1\n`, finds: 'unicorn(filename-case)' },
  { file: 'bot/long.ts', source: lines(301), finds: 'eslint(max-lines)' },
]

/** What the planted imports point at. */
const targets: Record<string, string> = {
  'domain/rule.ts': `export const rule = 1\n`,
  'bot/card.ts': `export type Card = string\n`,
  'bot/slack/wire.ts': `export const wire = 1\n`,
  'bot/publisher/card.ts': `export const drawn = 1\n`,
  'http/server.ts': `export const server = 1\n`,
  'db/queries/card.ts': `export const card = 1\n`,
  'db/repositories/releases.ts': `export const releases = 1\n`,
  'workflows/activities/index.ts': `export type Activities = object\n`,
  'workflows/messages.ts': `export { defineUpdate as approve } from '@temporalio/workflow'\n`,
  'main.ts': `export const main = 1\n`,
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const line${index} = ${index}\n`).join('')
}

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-lint-'))
const found = new Map<string, string[]>()

function write(file: string, source: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), source)
}

beforeAll(() => {
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json', 'tools']) {
    cpSync(join(root, file), join(folder, file), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, source } of plants) write(file, source)
  for (const [file, source] of Object.entries(targets)) write(file, source)

  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const options = ['--format', 'json', '--ignore-pattern', 'node_modules']
  const run = spawnSync(process.execPath, [oxlint, ...options], {
    cwd: folder,
    encoding: 'utf8',
  })
  const report: { diagnostics: { code: string; filename: string }[] } = JSON.parse(run.stdout)
  for (const { code, filename } of report.diagnostics) {
    found.set(filename, [...(found.get(filename) ?? []), code])
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(plants)('$file: $finds', ({ file, finds }) => {
  expect(new Set(found.get(file) ?? [])).toEqual(new Set(finds?.split(' ') ?? []))
})

test('what is planted nowhere is clean', () => {
  expect(Object.keys(targets).filter((file) => found.has(file))).toEqual([])
})
