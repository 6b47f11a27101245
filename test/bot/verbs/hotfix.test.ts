import { describe, expect, test } from 'vitest'
import { handleIntent } from '../../../bot/inbox/handle-intent.js'
import { createAuthorizer } from '../../../bot/orders/authorize.js'
import type { HandlerContext } from '../../../bot/orders/handling.js'
import { refusalMessage } from '../../../bot/verbs/refusal-message.js'
import type { IntentOf } from '../../../domain/intent.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { noMerges } from '../../../domain/ports.js'
import { done, type Outcome, refuse } from '../../../domain/refusal.js'
import { ALICE, commitOf, deploymentId, releaseId, SHOP } from '../../support/release-views.js'
import { aConfiguration } from '../fake-bot.js'
import { anApp } from './grammar-fixture.js'

const intent: IntentOf<'cut'> = {
  ...{ kind: 'cut', app: SHOP, title: '', description: '', type: 'hotfix', ref: null, version: null },
  ...{
    override: null,
    draft: null,
    picks: ['#4812'],
    releaseId: releaseId(7),
    deploymentId: deploymentId(8),
  },
}
const isCut = done({
  ...{
    code: 'cut',
    version: '2026.11.3',
    candidate: '2026.11.3-rc.1',
    commit: commitOf('a'),
    environment: null,
  },
})
const isPicked = done({
  ...{ code: 'picked', candidate: '2026.11.3-rc.2', picked: [commitOf('b')], contained: [], confirmed: 0 },
  merges: noMerges,
})

interface Sent {
  readonly to: string
  readonly key: string
  readonly order: Readonly<Record<string, unknown>>
}

/** What the order sends to the release's workflow, and its outcome, if the workflow answers like this. */
async function ordered(
  answers: { readonly cut?: Outcome; readonly pick?: Outcome } = {},
  permissions: AppDefinition['permissions'] = {},
) {
  const app = anApp('shop')
  const configuration = aConfiguration({
    apps: [{ ...app, permissions: { ...app.permissions, ...permissions } }],
  })
  const sent: Sent[] = []
  const record = (one: Sent, answer: Outcome): Outcome => {
    sent.push(one)
    return answer
  }
  const context = {
    configuration: () => configuration,
    gateway: {
      cut: async (order: Sent['order'], key: string) =>
        record({ to: String(order['id']), key, order }, answers.cut ?? isCut),
      askRelease: async (to: { release: string }, _verb: 'pick', { order, key }: Omit<Sent, 'to'>) =>
        record({ to: to.release, key, order }, answers.pick ?? isPicked),
    },
    authorizer: createAuthorizer({
      people: {
        person: async (user) => ({ user, kind: 'member', timezone: 'UTC', email: null, name: null }),
        groupMembers: async () => [],
      },
      configuration: () => configuration,
      now: () => new Date('2026-11-21T12:00:00Z'),
    }),
  } as unknown as HandlerContext
  return { sent, outcome: await handleIntent({ intent, actor: { user: ALICE }, key: 'order' }, context) }
}

describe('a hotfix and its fix are one order', () => {
  test('which cuts, picks onto that, and deploys only the candidate with the fix', async () => {
    const { sent, outcome } = await ordered()

    expect(sent).toMatchObject([
      {
        to: releaseId(7),
        key: 'order',
        order: { firstDeployment: null, picks: ['#4812'], ref: null, title: '' },
      },
      {
        to: releaseId(7),
        key: 'order/again-1',
        order: { picks: ['#4812'], step: 'start', deploymentId: deploymentId(8) },
      },
    ])
    expect(outcome).toMatchObject({
      done: {
        code: 'hotfix',
        candidate: '2026.11.3-rc.2',
        picked: [commitOf('b')],
        first: 'integration',
        last: 'production',
      },
    })
  })

  test('given again after a crash, it sends the same under the same keys', async () => {
    expect((await ordered()).sent).toEqual((await ordered()).sent)
  })

  test('what cannot be cut is not picked', async () => {
    const refused = refuse({ code: 'nothing-runs', environment: 'production' as never })
    const { sent, outcome } = await ordered({ cut: refused })

    expect(sent.map(({ key }) => key)).toEqual(['order'])
    expect(outcome).toEqual(refused)
  })

  test('a conflict is told as after any other pick', async () => {
    const conflict = refuse({ code: 'pick-conflict', commit: commitOf('b'), branch: 'release/v1', sides: [] })

    expect((await ordered({ pick: conflict })).outcome).toEqual(conflict)
  })

  test('a fix that could not be picked is told with the release that stands, so that nobody orders another', async () => {
    const why = { code: 'repository-unreachable', detail: 'no route to host' } as const
    const { outcome } = await ordered({ pick: refuse(why) })
    const { text } = refusalMessage(
      { code: 'fix-not-picked', candidate: '2026.11.3-rc.1', why },
      'e',
      '/ship',
    )

    expect(outcome).toEqual(refuse({ code: 'fix-not-picked', candidate: '2026.11.3-rc.1', why }))
    expect(text).toMatch(/2026\.11\.3-rc\.1` is cut without it\. .*no route to host/)
    expect(text).not.toMatch(/did not do anything|nothing was started/)
  })

  test('who may not pick cuts nothing', async () => {
    const { sent, outcome } = await ordered({}, { 'cherry-pick': ['nobody'] })

    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'not-permitted' } })
  })
})
