import { describe, expect, test } from 'vitest'
import type { NewOrder } from '../../../db/receive.js'
import type { PullRequestHead } from '../../../domain/ports.js'
import type { EnvironmentView } from '../../../domain/views.js'
import { closedBranch } from '../../../http/webhooks/closed-pull-request.js'
import { endedPreviews } from '../../../http/webhooks/ended-previews.js'
import { anApp } from '../../support/app-definition.js'
import { aDeployment, anEnvironment, commitOf } from '../../support/release-views.js'

const app = anApp()
const main = new Map([['main', commitOf('a')]])

function aPreview(name: string, detail: Partial<EnvironmentView['detail']>): EnvironmentView {
  const empty = anEnvironment(name)
  return anEnvironment(name, {
    current: aDeployment({ commit: commitOf('b') }),
    detail: { ...empty.detail, preview: true, ...detail },
  })
}

/** Looks twice; returns what became orders, once per key. */
async function looked(
  environments: readonly EnvironmentView[],
  head: PullRequestHead = { kind: 'unknown' },
): Promise<readonly unknown[]> {
  const orders = new Map<string, unknown>()
  const ended = endedPreviews({
    read: async () => environments,
    pullRequests: { headOf: async () => head },
    inbox: {
      receive: async ({ key, intent }: NewOrder) => {
        if (orders.has(key)) return 'duplicate'
        orders.set(key, intent)
        return 'stored'
      },
      onStored: () => undefined,
    },
  })
  await ended.tell(app, { environments, heads: main })
  await ended.tell(app, { environments, heads: main })
  return [...orders.values()]
}

describe('looking for previews without a reason to live', () => {
  test('a branch that is gone ends its preview, once', async () => {
    expect(
      await looked([aPreview('pr-1', { branch: 'gone' }), aPreview('pr-2', { branch: 'main' })]),
    ).toEqual([
      {
        kind: 'push',
        app: app.name,
        branch: 'gone',
        commit: '0'.repeat(40),
        deleted: true,
        via: 'poll',
      },
    ])
  })

  test('a closed pull request ends its preview, though its branch is still there', async () => {
    const closed = { kind: 'closed', merged: true, at: '2026-11-25T12:00:00Z' } as const
    const orders = await looked([aPreview('pr-1', { branch: 'main', pull: 17 })], closed)

    expect(orders).toMatchObject([
      { branch: 'main', deleted: true, pull: { number: 17, merged: true, closedAt: closed.at } },
    ])
  })

  test.each([
    ['an open pull request', aPreview('pr-1', { branch: 'main', pull: 17 })],
    ['a preview of one commit', aPreview('pr-1', { branch: null })],
    ['one that is gone already', { ...aPreview('pr-1', { branch: 'gone' }), state: 'absent' as const }],
    [
      'an environment that is configured',
      anEnvironment('staging', { detail: { ...aPreview('s', { branch: 'gone' }).detail, preview: false } }),
    ],
  ])('%s is left alone', async (_, view) => {
    expect(await looked([view], { kind: 'open', branch: 'main' })).toEqual([])
  })
})

describe('a pull request that a webhook tells of', () => {
  const body = (change: object = {}, head: object | null = { full_name: 'acme/shop' }) => ({
    action: 'closed',
    pull_request: {
      number: 17,
      merged: false,
      closed_at: '2026-11-25T12:00:00Z',
      head: { ref: 'feature', repo: head },
    },
    repository: { full_name: 'acme/shop', clone_url: 'https://github.com/acme/shop.git' },
    ...change,
  })

  test('ends the previews of its branch when it is closed', () => {
    expect(closedBranch(body())).toMatchObject({
      branch: 'feature',
      after: '0'.repeat(40),
      pull: { number: 17, merged: false, closedAt: '2026-11-25T12:00:00Z' },
    })
  })

  test.each([
    ['a fork’s, whose branch only has the same name', body({}, { full_name: 'mallory/shop' })],
    ['one of a fork that was deleted', body({}, null)],
    ['one that was opened', body({ action: 'opened' })],
    ['no event at all', 'closed'],
  ])('%s ends nothing', (_, event) => {
    expect(closedBranch(event)).toBeNull()
  })
})
