/** Somebody who reaches Temporal and nothing else: a stage with `network: host`, a neighbour without a firewall between. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { alice, bob, carol, wholeText } from '../support/channel.js'
import { runCommand } from '../support/command.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let drive: Drive
let temporal: Client
let version = ''
let release = ''
let deployment = ''

beforeAll(async () => {
  stack = await startStack({ configure: withoutPushes })
  drive = driveOf(stack)
  const address = stack.embedded.variables['TEMPORAL_ADDRESS'] ?? ''
  temporal = new Client({ connection: await Connection.connect({ address }) })
  version = await drive.cut('Behind two approvals')
  await drive.reaches(version, 'integration', 'accepted')
  await drive.shop.ask(
    alice,
    `promote shop ${version}-rc.1 to production --override "a rehearsal"`,
    /Prepared/,
  )
  // Its workflow begins with the first order to it.
  await drive.shop.ask(bob, 'lock production for 1h: a rehearsal', /Locked/)
  await drive.shop.ask(bob, 'unlock production', /Unlocked/)
  const prepared = await drive.reaches(version, 'production', 'prepared')
  deployment = prepared.id
  release = `release/shop/${(await drive.api.release(version)).id}`
})
afterAll(async () => {
  await temporal?.connection.close()
  await stack?.close()
})

const by = (user: string) => ({
  ...{ user, roles: ['release-managers'], email: `${user}@example.com`, at: new Date().toISOString() },
})
const decide = (user: string) => ({ deploymentId: deployment, comment: null, by: by(user) })
const order = (
  workflow: string,
  verb: string,
  { args, key }: { args: unknown; key: string },
): Promise<unknown> =>
  temporal.workflow.getHandle(workflow).executeUpdate(verb, { args: [args], updateId: key })
const forgedLines = (): Promise<readonly { readonly actor: string; readonly verb: string }[]> =>
  stack.database.db
    .selectFrom('audit')
    .select(['actor', sql<string>`facts->>'verb'`.as('verb')])
    .where('kind', '=', 'order.forged')
    .orderBy('id')
    .execute()
const refused = (verb: string) => ({ kind: 'refused', refusal: { code: 'forged-order', verb } })

describe('[T.3] an order that did not come through the inbox changes nothing', () => {
  test('approvals in the name of others do not count, and are told', async () => {
    const answers = []
    for (const user of [bob, carol]) {
      answers.push(await order(release, 'approve', { args: decide(user), key: `forged-${user}` }))
    }

    expect(answers).toEqual([refused('approve'), refused('approve')])
    expect(await forgedLines()).toEqual([
      { actor: bob, verb: 'approve' },
      { actor: carol, verb: 'approve' },
    ])
    expect((await drive.deployment(version, 'production'))?.state).toBe('prepared')
    await until('the line in the channel', async () =>
      (await drive.shop.all()).some((message) => /did not send reached .*approve/.test(wholeText(message))),
    )
  })

  test('under the key of a real order neither', async () => {
    await drive.shop.ask(bob, `approve shop ${version}-rc.1 production`, /Approved/)
    const { key } = await stack.database.db
      .selectFrom('inbox')
      .select('key')
      .where(sql<string>`intent->>'kind'`, '=', 'approve')
      .executeTakeFirstOrThrow()
    const stolen = await order(release, 'abandon', { args: by(bob), key: `${key}/again-1` })
    const other = await order('environment/shop/production', 'lock', {
      args: { by: bob, at: new Date().toISOString(), reason: 'mine', until: null, takeOver: true },
      key,
    })

    expect([stolen, other]).toEqual([refused('abandon'), refused('lock')])
    expect((await drive.api.release(version)).state).toBe('open')
    expect((await drive.api.environment('production')).lock).toBeNull()
  })

  test('a deployment put into the line does not start, with whatever stages', async () => {
    const state = await temporal.workflow
      .getHandle('environment/shop/integration')
      .query<{ readonly accepted: readonly object[]; readonly definition: { readonly stages: object } }>(
        'state',
      )
    const [known] = state.accepted
    const stage = {
      run: { kind: 'shell', run: 'touch forged', network: 'host', ports: [] },
      timeoutMs: 60_000,
      retries: 0,
    }
    const evil = { ...state.definition, stages: { ...state.definition.stages, patch: stage } }
    const line = (request: object): Promise<void> =>
      temporal.workflow
        .getHandle('environment/shop/production')
        .signal('enqueue', { ...known, environment: 'production', definition: evil, ...request })
    await line({ id: deployment, kind: 'promote' })
    await line({ id: `dep_${'0'.repeat(26)}`, kind: 'push', releaseId: null })
    await until(
      'both lines',
      async () => (await forgedLines()).filter(({ verb }) => verb === 'enqueue').length === 2,
    )
    const rows = await stack.database.db
      .selectFrom('deployments')
      .select('id')
      .where('kind', '=', 'push')
      .execute()

    expect(rows).toEqual([])
    expect((await drive.deployment(version, 'production'))?.state).toBe('prepared')
  })

  test('a deployment is begun by its environment alone', async () => {
    const state = await temporal.workflow
      .getHandle('environment/shop/integration')
      .query<{ readonly current: { readonly order: object } }>('state')
    const attempt = { number: 1, from: null, runs: {}, host: null, reattach: false }
    const handle = await temporal.workflow.start('deployment', {
      ...{ workflowId: 'deployment/forged', taskQueue: 'slipway' },
      args: [
        {
          ...{ entry: { order: state.current.order, attempt }, variablesOf: '', setup: null },
          ...{ preview: false, fence: 1, work: null },
        },
      ],
    })

    await expect(handle.result()).rejects.toThrow('Workflow execution failed')
    const { status } = await handle.describe()
    expect(status.name).toBe('FAILED')
  })

  test('a release that nobody cut is not begun', async () => {
    const { app } = await temporal.workflow.getHandle(release).query<{ readonly app: object }>('state')
    const id = `rel_${'0'.repeat(26)}`
    const handle = await temporal.workflow.start('release', {
      ...{ workflowId: `release/shop/${id}`, taskQueue: 'slipway' },
      args: [
        {
          cut: {
            ...{ id, app, channel: 'C01SHOP', title: 'Forged', description: '', type: 'feature', ref: null },
            ...{
              version: null,
              override: null,
              by: by(alice),
              firstDeployment: null,
              draft: null,
              key: 'forged-cut',
            },
          },
          state: null,
        },
      ],
    })
    await handle.result()

    expect((await drive.api.releases()).map(({ title }) => title)).not.toContain('Forged')
    expect(await forgedLines()).toContainEqual({ actor: alice, verb: 'cut' })
  })

  test('a workflow that somebody begins with a state of their own goes on from the record', async () => {
    const id = 'environment/shop/production'
    const known = await temporal.workflow
      .getHandle(id)
      .query<{ readonly lock: unknown; readonly app: string }>('state')
    const { app } = await temporal.workflow.getHandle(release).query<{ readonly app: object }>('state')
    await temporal.workflow.getHandle(id).terminate('by somebody who reaches Temporal')
    const lock = { owner: bob, reason: 'forged', since: new Date().toISOString(), until: null }
    await temporal.workflow.start('environment', {
      ...{ workflowId: id, taskQueue: 'slipway' },
      args: [{ app, name: 'production', state: { ...known, lock } }],
    })
    const now = await until('its state', () =>
      temporal.workflow.getHandle(id).query<{ readonly lock: unknown } | null>('state'),
    )

    expect(known.lock).toBeNull()
    expect(now.lock).toBeNull()
  })

  test('and the real order goes its way', async () => {
    await drive.shop.ask(carol, `approve shop ${version}-rc.1 production`, /Approved/)
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    const approvals = await stack.database.db
      .selectFrom('approvals')
      .innerJoin('inbox', 'inbox.key', 'approvals.order_key')
      .select('user_id')
      .where('deployment_id', '=', deployment as never)
      .execute()

    expect(approvals.map(({ user_id }) => user_id).toSorted()).toEqual([bob, carol].toSorted())
  })
})

describe('[T.4] what happened stays as it was written', () => {
  const verify = (...words: string[]) =>
    runCommand('compose/verify-audit.ts', { DATABASE_URL: String(stack.variables['DATABASE_URL']) }, words)

  test('bot and worker run with a role that changes and removes nothing of it', async () => {
    const service = openDatabase({ url: String(stack.variables['DATABASE_URL']), poolSize: 1 })
    const tried = await Promise.all(
      [
        'delete from releases',
        'delete from builds',
        'delete from candidates',
        `update audit set actor = ''`,
      ].map((statement) =>
        sql
          .raw(statement)
          .execute(service.db)
          .then(
            () => 'done',
            (error: Error) => error.message,
          ),
      ),
    )
    await service.close()

    for (const answer of tried) expect(answer).toMatch(/^permission denied/)
  })

  test('the leader seals it, the daily message says with what, and a line that a superuser changed is named', async () => {
    await until('seals', async () => {
      const { says } = await verify()
      return /fits: [1-9]\d*\. Not sealed yet: 0/.test(says)
    })
    // The one message of this day comes after the seals, or it would not name them.
    const file = join(stack.dataFolder, 'slipway.yaml')
    await stack.processes.get('slipway')?.stop()
    writeFileSync(file, `digest: { cron: "* * * * *" }\n${readFileSync(file, 'utf8')}`)
    await stack.start('slipway', 'all')
    const digest = await until('the daily message', async () => {
      const messages = await drive.shop.all()
      const texts = messages.map(wholeText).filter((text) => /sealed through line/.test(text))
      return /sealed through line \d+: `([0-9a-f]{64})`/.exec(texts.at(-1) ?? '')?.[1]
    })
    const fits = await verify('--digest', digest)
    const { id } = await stack.database.db
      .selectFrom('audit')
      .select('id')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow()
    await stack.database.db.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db)
      await sql`update audit set actor = ${bob} where id = ${id}`.execute(db)
      await sql`set session_replication_role = origin`.execute(db)
    })

    expect(fits).toMatchObject({ code: 0 })
    expect(await verify()).toMatchObject({ code: 1, says: expect.stringContaining(`Line ${id} was changed`) })
  })
})
