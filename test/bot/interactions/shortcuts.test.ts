import { expect, test } from 'vitest'
import { picksIn } from '../../../bot/commands/picks-in-text.js'
import { parseMetadata } from '../../../bot/interactions/form-metadata.js'
import type { Reads } from '../../../bot/orders/reads.js'
import type { AppName, CommitSha } from '../../../domain/identifiers.js'
import { aFakeBot, type FakeBot } from '../fake-bot.js'
import { ALICE, RELEASE } from '../verbs/grammar-fixture.js'

const commit = '9f3c1ab'.repeat(6).slice(0, 40) as CommitSha

const aShortcut = (callback_id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ type: 'shortcut', callback_id, trigger_id: 'trigger.3', user: { id: ALICE, team_id: 'T01' } },
  ...{ team: { id: 'T01' }, ...more },
})
const onMessage = (text: string, channel = 'C01SHOP', more: Record<string, unknown> = {}) =>
  aShortcut('pick_onto_release', {
    ...{ type: 'message_action', channel: { id: channel }, response_url: 'https://hooks.example/3' },
    message: { ts: '7.7', text, ...more },
  })

/** The form that was opened. */
async function opened(body: Record<string, unknown>, reads: Partial<Reads> = {}) {
  const bot = await aFakeBot({ reads })
  await bot.send(body)
  return { bot, form: formOf(bot) }
}

function formOf(bot: FakeBot) {
  const view = bot.calls.find(({ method }) => method === 'views.open')?.args['view'] as
    | { readonly private_metadata: string }
    | undefined
  return view === undefined ? null : (parseMetadata(view.private_metadata)?.request ?? null)
}

test('“Cut a release” asks of which app, and of the only one at once', async () => {
  const { bot, form } = await opened(aShortcut('cut_release'))

  expect(form).toMatchObject({ form: 'which-app', given: { words: 'cut' } })
  expect(bot.acks).toEqual([undefined])
})

test('“Pick onto a release” takes what the message names, in the app of its channel', async () => {
  const { bot, form } = await opened(
    onMessage('Merged <https://github.com/acme/shop/pull/12|#12> as 9f3c1ab'),
  )

  expect(form).toMatchObject({
    form: 'cherry-pick',
    app: 'shop',
    given: { picks: '#12\n9f3c1ab' },
    target: {},
  })
  expect(bot.orders).toEqual([])
  expect(bot.acks).toEqual([undefined])
})

test('in the thread of a push it takes the pushed commit, unless the message names something', async () => {
  const asked: string[] = []
  const reads: Partial<Reads> = {
    pushOfThread: async (_, ts) => {
      asked.push(ts)
      return { app: 'web' as AppName, commit }
    },
  }
  const { form } = await opened(onMessage('can we have this?', 'C01OTHER', { thread_ts: '3.3' }), reads)
  const named = await opened(onMessage('#7 please', 'C01OTHER', { thread_ts: '3.3' }), reads)

  expect(form).toMatchObject({ form: 'cherry-pick', app: 'web', given: { picks: commit } })
  expect(named.form).toMatchObject({ app: 'web', given: { picks: '#7' } })
  expect(asked).toEqual(['3.3', '3.3'])
})

test('in the thread of a release it picks onto that', async () => {
  const releaseOfThread = async () => ({ app: 'shop' as AppName, releaseId: RELEASE })
  const { form } = await opened(onMessage('fixed by #9', 'C01SHOP', { thread_ts: '1.1' }), {
    releaseOfThread,
  })

  expect(form).toMatchObject({ form: 'cherry-pick', target: { releaseId: RELEASE }, given: { picks: '#9' } })
})

test('where no app is known it is asked, and what was named is not lost by that', async () => {
  const { bot, form } = await opened(onMessage('#9', 'C01OTHER'))
  expect(form).toMatchObject({ form: 'which-app', given: { words: 'cherry-pick', picks: '#9' } })

  const view = bot.calls.find(({ method }) => method === 'views.open')?.args['view'] as object
  await bot.send({
    ...{ type: 'view_submission', user: { id: ALICE, team_id: 'T01' }, team: { id: 'T01' } },
    view: { ...view, id: 'V1', state: { values: { app: { value: { selected_option: { value: 'web' } } } } } },
  })
  const next = bot.acks.at(-1) as { readonly view: { readonly private_metadata: string } }
  expect(parseMetadata(next.view.private_metadata)?.request).toMatchObject({
    ...{ form: 'cherry-pick', app: 'web', given: { picks: '#9' } },
  })
})

test('one that this version does not know is answered', async () => {
  const { bot, form } = await opened(aShortcut('from_the_future'))

  expect(form).toBeNull()
  expect(bot.acks).toEqual([undefined])
  expect(bot.told).toHaveLength(1)
})

test.each([
  ['see #12, #12 and #13', ['#12', '#13']],
  ['pasted from us: #\u200b4812', ['#4812']],
  ['<https://gitlab.com/a/b/-/merge_requests/5|!5>', ['#5']],
  [`Commit ${commit} of shop is ready`, [commit]],
  ['<https://github.com/a/b/commit/9F3C1AB|x>', ['9f3c1ab']],
  ['<!date^1795269900^{time}|14:05 UTC> in <#C01SHOP|shop>', []],
  [`artifact sha256:${'d1'.repeat(20)}`, []],
  ['2026.11.3-rc.1 is in production', []],
  ['effaced facade decade', []],
  ['', []],
])('%s names %j', (text, picks) => {
  expect(picksIn(text)).toEqual(picks)
})
