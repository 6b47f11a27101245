import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planDirect } from '../../bot/publisher/plan-direct.js'
import type { SlackClient } from '../../bot/slack/web-client.js'
import { closeMessage, openChannel, tryClosedChannels } from '../../db/closed-channels.js'
import { createRelease } from '../../db/repositories/create-release.js'
import {
  beginPost,
  detachMessage,
  findMessage,
  markStale,
  planMessage,
  posted,
  postponeMessage,
  retractPost,
  shown,
  staleMessages,
} from '../../db/slack-messages.js'
import { unpostedEvents } from '../../db/thread-lines.js'
import type { CommitSha, ReleaseId, UserId } from '../../domain/identifiers.js'
import { notificationOf } from '../../domain/notifications.js'
import type { AuditView } from '../../domain/views.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { aCut, alice, at, change, channel, releaseId } from '../support/pipeline-rows.js'

describe.each(testDatabases())('messages on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  const drawn = (stale: number) => ({ stale, hash: `hash-${stale}` })
  const staleKeys = async () => (await staleMessages(open.db, 100)).map(({ key }) => key)

  test('a key is planned once, posted once, and an unclear post is looked up instead of repeated', async () => {
    const key = 'digest/C01SHOP/2026-11-21'
    expect(await planMessage(open.db, { key, channel })).toBe(true)
    expect(await planMessage(open.db, { key, channel })).toBe(false)

    const leaves = await Promise.all([beginPost(open.db, key), beginPost(open.db, key)])
    expect(leaves.map((leave) => leave.kind).toSorted()).toEqual(['post', 'unclear'])
    await retractPost(open.db, key)
    expect(await beginPost(open.db, key)).toEqual({ kind: 'post' })
    await posted(open.db, key, '1.1', drawn(1))

    expect(await beginPost(open.db, key)).toEqual({ kind: 'posted', ts: '1.1' })
    expect(await beginPost(open.db, 'unplanned')).toEqual({ kind: 'none' })
    expect(await staleKeys()).not.toContain(key)
  })

  test('direct messages are planned once, whom Slack refuses left out, and again while Slack is away', async () => {
    const refused = { ok: false, fault: { kind: 'final', error: 'user_disabled' } } as const
    const away = { ok: false, fault: { kind: 'unclear', error: 'timeout' } } as const
    const opened = (value: string) => ({ ok: true, value }) as const
    const users = [alice, 'U01BOB' as UserId, 'U01CAROL' as UserId]
    const plan = (answers: Readonly<Record<string, Awaited<ReturnType<SlackClient['openDirect']>>>>) =>
      planDirect(
        open.db,
        { openDirect: async (user) => answers[user] ?? away },
        {
          users,
          keyOf: (user) => `refused/9/${user}`,
          mark: { key: 'refused/9', channel },
        },
      )
    const planned = async () => (await staleKeys()).filter((key) => key.startsWith('refused/9')).toSorted()

    expect(await plan({ [alice]: opened('D01ALICE') })).toBe(false)
    expect(await planned()).toEqual([`refused/9/${alice}`])
    expect(await plan({ [alice]: opened('D01ALICE'), U01BOB: refused, U01CAROL: opened('D01CAROL') })).toBe(
      true,
    )
    expect(await planned()).toEqual(['refused/9', `refused/9/${alice}`, 'refused/9/U01CAROL'])
  })

  test('what went stale while it was drawn stays stale; a postponed or detached message is left alone', async () => {
    const key = 'rolling/shop/integration'
    await planMessage(open.db, { key, channel })
    await posted(open.db, key, '2.1', drawn(1))
    await markStale(open.db, [key])
    const read = await findMessage(open.db, key)
    await markStale(open.db, [key])
    await shown(open.db, key, drawn(read?.stale ?? 0), read?.hash ?? null)
    expect(await staleKeys()).toContain(key)

    await postponeMessage(open.db, key, 60_000)
    expect(await staleKeys()).not.toContain(key)
    await postponeMessage(open.db, key, 1)
    await pause(20)
    expect(await staleKeys()).toContain(key)
    await detachMessage(open.db, key, 'is_archived')
    expect(await staleKeys()).not.toContain(key)
    expect(await findMessage(open.db, key)).toMatchObject({ detached: 'is_archived', hash: 'hash-2' })
  })

  async function cut(id: string): Promise<ReleaseId> {
    await createRelease(open.db, aCut(releaseId(id)))
    return releaseId(id)
  }
  const nameIn = ({ facts }: AuditView): string => ('name' in facts ? (facts.name ?? '') : '')
  const kinds = { thread: 'release.abandoned', broadcast: 'release.released' } as const
  const say = (id: ReleaseId, name: string, tell: 'thread' | 'broadcast' | 'keep' = 'thread') =>
    change(open.db, {
      events: [
        {
          ...(tell === 'keep'
            ? { kind: 'tag.pushed', facts: { name, tag: name, commit: 'a'.repeat(40) as CommitSha } }
            : { kind: kinds[tell], facts: { name } }),
          at,
          actor: alice,
          releaseId: id,
          deploymentId: null,
          environment: null,
        },
      ],
    })
  const linesOf = async (id: ReleaseId) =>
    (await unpostedEvents(open.db, 100)).filter(({ event }) => event.releaseId === id)
  const saidOf = async (id: ReleaseId) => (await linesOf(id)).map(({ event }) => nameIn(event))

  test("a release's lines wait for its card, come oldest first, and each once", async () => {
    const id = await cut('LINES')
    await say(id, 'zero')
    await say(id, 'one')
    await say(id, 'two', 'broadcast')
    await say(id, 'silent', 'keep')
    expect(await linesOf(id)).toEqual([])
    expect(await staleKeys()).toContain(`card/${id}`)

    await posted(open.db, `card/${id}`, '3.1', drawn(9))
    const [first, second, third] = await linesOf(id)
    expect([first, second, third].map((line) => line && nameIn(line.event))).toEqual(['zero', 'one', 'two'])
    expect(third && notificationOf(third.event)).toBe('broadcast')
    expect(first).toMatchObject({ threadTs: '3.1', channel })
    expect(await staleKeys()).not.toContain(first?.key)

    expect(await beginPost(open.db, first?.key ?? '')).toEqual({ kind: 'post' })
    expect(await saidOf(id)).toEqual(['zero'])
    await posted(open.db, first?.key ?? '', '3.2', drawn(1))
    expect(await saidOf(id)).toEqual(['one', 'two'])
  })

  test('a postponed line holds up the later ones of its release, and only those', async () => {
    const [slow, quick] = [await cut('SLOW'), await cut('QUICK')]
    await say(slow, 'first')
    await say(slow, 'later')
    await say(quick, 'first')
    for (const id of [slow, quick]) await posted(open.db, `card/${id}`, '4.1', drawn(9))
    const [first] = await linesOf(slow)
    await postponeMessage(open.db, first?.key ?? '', 60_000)

    expect(await saidOf(slow)).toEqual([])
    expect(await saidOf(quick)).toHaveLength(1)
  })

  test('a card whose channel is closed takes its lines along; one message of it is tried, then all come back', async () => {
    const id = await cut('ARCHIVED')
    const other = await cut('ARCHIVED-TOO')
    for (const one of [id, other]) await closeMessage(open.db, `card/${one}`, 'is_archived')
    const closed = () =>
      open.db
        .selectFrom('slack_messages')
        .select('key')
        .where('detached', 'is not', null)
        .where('next_at', 'is not', null)
        .orderBy('key')
        .execute()
    const all = await closed()
    const overdue = () =>
      open.db
        .updateTable('slack_messages')
        .set({ next_at: new Date(0) })
        .where('next_at', 'is not', null)
        .execute()

    const pending = await open.db
      .selectFrom('slack_messages')
      .select('key')
      .where('release_id', '=', id)
      .where('detached', 'is', null)
      .execute()
    expect(pending).toEqual([])
    expect(await tryClosedChannels(open.db)).toEqual([])
    await overdue()
    expect(await tryClosedChannels(open.db)).toEqual([channel])
    expect(await closed()).toHaveLength(all.length - 1)
    expect(await staleKeys()).toEqual(expect.arrayContaining([`card/${other}`]))
    expect(await tryClosedChannels(open.db)).toEqual([])
    await openChannel(open.db, channel)
    expect(await closed()).toEqual([])
  })

  test('lines of many changes at once are all told, in the order of their ids', async () => {
    const id = await cut('MANY')
    await posted(open.db, `card/${id}`, '5.1', drawn(99))
    await Promise.all(Array.from({ length: 20 }, (_, index) => say(id, `line ${index}`)))

    const lines = await linesOf(id)
    const ids = lines.map(({ event }) => Number(event.id))
    expect(lines).toHaveLength(20)
    expect(ids).toEqual(ids.toSorted((one, other) => one - other))
  })
})
