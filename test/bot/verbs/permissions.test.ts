/** What an order asks for, where it is not simply its own name: the person without it changes nothing. */
import { expect, test } from 'vitest'
import { outcomeOf } from '../../../bot/orders/handling.js'
import { orderOf } from '../../../bot/verbs/table.js'
import type { Outcome } from '../../../domain/refusal.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, deploymentId, releaseId } from '../../support/lane.js'
import { weekly } from '../../support/train.js'

const withType = (feature: string) => ({
  ...anApp({ more: `    types: { feature: ${feature} }` }),
  train: weekly,
})
const app = withType('{ cut: [managers] }')
const lenient = withType('{ approvals: 0 }')

type Intent = object & { readonly kind: Parameters<typeof orderOf>[0] }

/** Gives an order as somebody who may do what they are asked for but for the last; with what was asked, and of whom. */
async function given(
  intent: Intent,
  { refuse, of = app }: { readonly refuse?: string; readonly of?: typeof app } = {},
): Promise<{
  readonly outcome: Outcome
  readonly asked: readonly unknown[]
  readonly did: readonly string[]
}> {
  const asked: unknown[] = []
  const did: string[] = []
  const authorize = async (_: unknown, verb: string, on: { app: typeof app }) => {
    asked.push(verb === 'cut' ? [verb, on.app.permissions.cut] : verb)
    return verb === refuse
      ? { kind: 'denied', refusal: { code: 'not-permitted', verb, roles: [], people: [] } }
      : { kind: 'allowed', evidence: { user: ALICE, roles: [], name: null, email: null, at: '' } }
  }
  const ask = async (_: unknown, verb: string) => {
    did.push(verb)
    return { kind: 'done', done: { code: 'thawed' } }
  }
  const handling = {
    ...{ intent, actor: { user: ALICE }, key: 'press/1' },
    context: {
      configuration: () => ({ apps: [of] }),
      authorizer: { authorize },
      gateway: { askTrain: ask, askEnvironment: ask },
    },
  }
  const outcome = await outcomeOf(() => orderOf(intent.kind).handle(handling as never))
  return { outcome, asked, did }
}

const here = { app: app.name, environment: 'staging', reason: 'audit' }
const trip = {
  app: app.name,
  departs: null,
  reason: null,
  releaseId: releaseId(1),
  deploymentId: deploymentId(1),
}

test.each<[string, Intent, typeof app, readonly unknown[], string]>([
  ['pause', { ...here, kind: 'pause' }, app, ['pause'], 'pause'],
  ['resume', { ...here, kind: 'resume' }, app, ['resume'], 'resume'],
  ['train hold', { ...trip, kind: 'train-hold' }, app, [['cut', ['releasers']]], 'hold'],
  ['train leave', { ...trip, kind: 'train-leave' }, app, [['cut', ['managers']]], 'leave'],
  ['train resume', { ...trip, kind: 'train-resume' }, app, [['cut', ['managers']]], 'resume'],
  [
    'train resume of a type that asks for fewer approvals',
    { ...trip, kind: 'train-resume' },
    lenient,
    [['cut', ['releasers']], 'override'],
    'resume',
  ],
])('%s', async (_, ...[intent, of, wanted, verb]) => {
  expect(await given(intent, { of })).toMatchObject({ asked: wanted, did: [verb] })
  const last = [wanted.at(-1)].flat()[0] as string
  expect(await given(intent, { of, refuse: last })).toMatchObject({
    ...{ outcome: { kind: 'refused', refusal: { code: 'not-permitted', verb: last } }, did: [] },
  })
})
