import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../local/postgres.js'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
let postgres: EmbeddedPostgres
let pool: pg.Pool

async function start(): Promise<void> {
  postgres = await startEmbeddedPostgres({ dataFolder: folder, port: (await pickPort(0)).port })
  pool = new pg.Pool({ connectionString: postgres.url, max: 8 })
  pool.on('error', () => undefined)
}

beforeAll(async () => {
  await start()
  await pool.query('create table notes (id int primary key, body text not null)')
})

afterAll(async () => {
  await pool.end()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function transaction(id: number): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into notes values ($1, $2)', [id, `note ${id}`])
    await client.query('update notes set body = body || $2 where id = $1', [id, '!'])
    await client.query(id % 5 === 0 ? 'rollback' : 'commit')
  } finally {
    client.release()
  }
}

describe('embedded PostgreSQL', () => {
  test('runs the transactions of several connections', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, id) => transaction(id)))
    const found = await pool.query('select id, body from notes order by id')
    expect(found.rows).toHaveLength(32)
    expect(found.rows[0]).toEqual({ id: 1, body: 'note 1!' })
  })

  test('keeps a query of many packets apart from other connections', async () => {
    const large = 'x'.repeat(300_000)
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const query = index % 2 ? 'select $1::int as a, length($2) as b' : 'select $1::text as a'
        const { rows } = await pool.query(query, index % 2 ? [index, large] : [`small ${index}`])
        return rows[0]
      }),
    )
    expect(answers[1]).toEqual({ a: 1, b: 300_000 })
    expect(answers[118]).toEqual({ a: 'small 118' })
  })

  test('rolls back and goes on when a client vanishes inside a transaction', async () => {
    const client = new pg.Client({ connectionString: postgres.url })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('begin')
    await client.query('insert into notes values (1000, $1)', ['lost'])
    const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
    connection.stream.destroy()
    const found = await pool.query('select * from notes where id = 1000')
    expect(found.rows).toEqual([])
  })

  test('finds its data again after it was killed', async () => {
    await pool.query('insert into notes values (2000, $1)', ['kept'])
    await pool.end()
    process.kill(-postgres.pid, 'SIGKILL')
    await start()
    const found = await pool.query('select body from notes where id = 2000')
    expect(found.rows).toEqual([{ body: 'kept' }])
  })

  test('copies new databases from one that is made once', async () => {
    const templateFolder = join(folder, 'templates')
    const startOne = async (name: string) => {
      const { port } = await pickPort(0)
      return startEmbeddedPostgres({ dataFolder: join(folder, name), port, templateFolder })
    }
    const both = await Promise.all([startOne('one'), startOne('two')])
    await Promise.all(both.map((one) => one.stop()))
    expect(readdirSync(templateFolder)).toEqual([expect.stringMatching(/^postgres-\d+\.\d+\.\d+$/)])
    expect(existsSync(join(folder, 'one', 'data.new'))).toBe(false)
  })
})
