/** App Home for Alice, from the database to the blocks, without the call to Slack. */
import type { Kysely } from 'kysely'
import { createAuthorizer } from '../bot/orders/authorize.js'
import { databaseReads, type Sources } from '../bot/orders/reads.js'
import { homeContent } from '../bot/publisher/home/home-content.js'
import { createCardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import { homeView } from '../bot/views/home-view.js'
import type { Database } from '../db/tables.js'
import type { Configuration } from '../domain/configuration.js'
import { parseUserId } from '../domain/identifiers.js'
import { anApp } from '../test/support/app-definition.js'
import { sure } from './slipway-release.js'

const alice = sure(parseUserId('U01ALICE'))
const everyRole = ['releasers', 'qa', 'managers']

const configuration: Configuration = {
  command: '/release',
  roles: everyRole.map((name) => ({ name, users: [alice], groups: [] })),
  apps: [anApp()],
  pollEveryMs: null,
  identities: { people: [], agents: [] },
  registries: [],
  digest: null,
  hash: '',
  text: '',
}

const authorizer = createAuthorizer({
  people: {
    person: async (user) =>
      Promise.resolve({ user, kind: 'member', timezone: 'UTC', email: null, name: null }),
    groupMembers: async () => Promise.resolve([]),
  },
  configuration: () => configuration,
  now: () => new Date(),
})

const slack = {
  permalink: async () => Promise.resolve({ ok: true, value: 'https://slack.test/p1' } as const),
}

/** Throws if the database does not answer. */
export async function drawHome(db: Kysely<Database>, sources: Sources): Promise<void> {
  const content = await homeContent(alice, {
    workers: () => Promise.resolve([]),
    configuration: () => configuration,
    reads: databaseReads(db, sources),
    authorizer,
    now: () => new Date(),
    cardUrl: createCardLinks(db, slack).ofRelease,
  })
  if (content.inFlight.length + content.waiting.length === 0) throw new Error('Home showed no release')
  homeView(content, configuration.command, alice)
}
