import { expect, test } from 'vitest'
import { createAuthorizer } from '../../../bot/orders/authorize.js'
import { manyApps } from '../../support/answer-samples.js'
import { aConfiguration, aFakeBot, command } from '../fake-bot.js'
import { anApp } from '../verbs/grammar-fixture.js'

const environments = async (...apps: readonly string[]) =>
  apps.flatMap((app) => manyApps(1).map((place) => ({ ...place, app: app as never })))

test('a guest is told in a sentence that a question is not answered', async () => {
  const people = {
    person: async (user: string) =>
      ({ user: user as never, kind: 'guest', timezone: 'UTC', email: null, name: null }) as const,
    groupMembers: async () => [],
  }
  const authorizer = createAuthorizer({
    people,
    configuration: () => aConfiguration(),
    now: () => new Date(),
  })
  const bot = await aFakeBot({ authorizer })
  await bot.send(command('where shop'))

  expect(bot.acks[0]).toMatchObject({ text: expect.stringMatching(/^I did not answer your question\. /) })
})

test('what a workspace may refuse is sent by itself, not with the acknowledgement', async () => {
  const bot = await aFakeBot({ reads: { environments } })
  await bot.send(command('where all'))

  expect(bot.acks).toEqual([undefined])
  expect(bot.told[0]?.message.blocks[0]).toMatchObject({ type: 'table' })
  expect(bot.told[0]?.message.plainer).not.toEqual([])
})

test('one app is answered at once, and as text', async () => {
  const bot = await aFakeBot({ reads: { environments } })
  await bot.send(command('where shop'))

  expect(bot.told).toEqual([])
  expect(bot.acks[0]).toMatchObject({ response_type: 'ephemeral', blocks: [{ type: 'section' }, {}, {}] })
})

test('an answer with a picture says where that comes', async () => {
  const bot = await aFakeBot({ definition: anApp('shop') })
  await bot.send(command('metrics shop'))

  expect(JSON.stringify(bot.acks[0])).toContain('The same as a picture follows here, for everybody.')
})
