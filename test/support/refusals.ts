/** What a refusal must leave behind: an answer, a line in the audit trail, and nothing else. */
import { sql } from 'kysely'
import { expect } from 'vitest'
import { SLIPWAY } from '../../domain/identifiers.js'
import type { ReleaseState } from '../../domain/release/state.js'
import type { Api } from './api.js'
import type { Stack } from './stack.js'
import { until } from './until.js'

export interface Trail {
  /** The codes of all refusals so far, oldest first. */
  codes(): Promise<readonly string[]>
  /** How many orders of people were ever accepted. */
  orders(): Promise<number>
  /**
   * Does something that must be refused with that code: afterwards one more line of the audit trail says so, by that
   * person, and the read API shows what it showed before. Returns the result of the work.
   */
  refuses<Answer>(by: string, code: string, work: () => Promise<Answer>): Promise<Answer>
  /** Does something that must not even become an order. */
  ignores<Answer>(work: () => Promise<Answer>): Promise<Answer>
}

export function trailOf({ database }: Pick<Stack, 'database'>, api: Api): Trail {
  const rows = () =>
    database.db.selectFrom('audit').selectAll().where('kind', '=', 'order.refused').orderBy('id').execute()
  const orders = async (): Promise<number> => {
    // A push may be noticed at any time.
    const byPeople = database.db.selectFrom('inbox').where(sql`actor->>'user'`, '<>', SLIPWAY)
    return (await byPeople.select('key').execute()).length
  }
  // A release learns of its deployments and tags a moment after they exist, and then may continue.
  const settled = () =>
    until('what releases know to be what is', async () => {
      const states = await database.db.selectFrom('workflow_states').select('state').execute()
      const known = states.flatMap(({ state }) => ('tags' in state ? (state as unknown as ReleaseState) : []))
      const now = await database.db.selectFrom('deployments').select(['id', 'state']).execute()
      const isBehind = ({ deployments, tags }: ReleaseState): boolean =>
        tags.some(({ state }) => state === 'pending') ||
        deployments.some((one) => now.some(({ id, state }) => id === one.id && state !== one.state))
      const open = await api.releases('?state=open')
      const waits = open.some(({ candidates }) => candidates.some(({ tag }) => tag?.state === 'pending'))
      return !waits && !known.some(isBehind)
    })
  // A continuous environment takes pushes automatically, at any time, and its releases then see it change.
  const picture = async () => {
    const environments = (await api.environments()).filter(({ mode }) => mode === 'approval')
    const isStill = ({ environment }: { readonly environment: string }) =>
      environments.some(({ name }) => name === environment)
    const releases = (await api.releases('?state=open')).map(({ deployments, promotable, ...release }) => ({
      ...release,
      deployments: deployments.filter(isStill),
      promotable: promotable.filter(isStill),
    }))
    return [environments, releases]
  }
  const changesNothing = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    await settled()
    const shown = await picture()
    const answer = await work()

    expect(await picture()).toEqual(shown)
    return answer
  }
  return {
    orders,
    codes: async () => (await rows()).map(({ facts }) => ('code' in facts ? facts.code : '')),
    async refuses(by, code, work) {
      await settled()
      const [before, shown] = [(await rows()).length, await picture()]
      const answer = await work()
      const found = await until(`the audit line ${code}`, async () => (await rows())[before])

      expect(found).toMatchObject({ actor: by, facts: { code } })
      expect(await picture()).toEqual(shown)
      return answer
    },
    async ignores(work) {
      const before = await orders()
      const answer = await changesNothing(work)

      expect(await orders()).toBe(before)
      return answer
    },
  }
}
