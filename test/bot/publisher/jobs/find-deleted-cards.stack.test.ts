import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDeletedCardSearch } from '../../../../bot/publisher/jobs/find-deleted-cards.js'
import { createRelease } from '../../../../db/repositories/create-release.js'
import { findMessage, posted } from '../../../../db/slack-messages.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import {
  aCut,
  aDeployment,
  change,
  commitOf,
  deploymentId,
  releaseId,
} from '../../../support/pipeline-rows.js'

let database: ReadyDatabase

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

const cardOf = (number: number) => `card/${releaseId(number)}`

/** A card that Slack shows at `ts`, of a release that asks for an acceptance or of one that asks nobody. */
async function shownCard(number: number, asks: boolean): Promise<void> {
  const id = releaseId(number)
  await createRelease(database.db, aCut(id))
  await posted(database.db, cardOf(number), `${number}.1`, { stale: 1, hash: 'drawn' })
  const waiting = aDeployment(deploymentId(number), 'staging', {
    releaseId: id,
    candidate: 1,
    commit: commitOf(id),
  })
  if (asks) await change(database.db, { newDeployments: [waiting] })
}

test('of the cards that ask somebody those that are gone are drawn again, twenty at a time', async () => {
  for (let number = 1; number <= 22; number++) await shownCard(number, true)
  await shownCard(23, false)
  const asked: string[] = []
  const gone = ['3.1', '22.1', '23.1']
  const search = createDeletedCardSearch(database.db, {
    permalink: async (_, ts) => {
      asked.push(ts)
      return gone.includes(ts)
        ? { ok: false, fault: { kind: 'message-gone', error: 'message_not_found' } }
        : { ok: true, value: 'https://slack.test/card' }
    },
  })
  const redrawn = async () => {
    const cards = await Promise.all([3, 4, 22, 23].map((number) => findMessage(database.db, cardOf(number))))
    return cards.map((card) => card?.hash === null)
  }

  await search()
  expect(asked).toHaveLength(20)
  expect(await redrawn()).toEqual([true, false, false, false])
  await search()
  expect(asked).toHaveLength(22)
  expect(await redrawn()).toEqual([true, false, true, false])
  await search()
  expect(asked).toHaveLength(42)
})
