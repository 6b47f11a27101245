import { expect, test } from 'vitest'
import { createLinks } from '../../compose/links.js'
import { readEnvironment, type Settings } from '../../config.js'
import type { ReleaseView } from '../../domain/views.js'

function settings(more: NodeJS.ProcessEnv): Settings {
  const read = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-1-a-bot-token',
    SLACK_APP_TOKEN: 'xapp-1-an-app-token',
    DATABASE_URL: 'postgres://u:hidden-secret@db/slipway',
    TEMPORAL_ADDRESS: 'temporal:7233',
    ...more,
  })
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const noKey = { current: () => null }
const view = { app: 'shop', id: 'rel_01' } as unknown as ReleaseView

test('a card links to its workflow where Temporal has pages, and nowhere else', () => {
  const { workflow } = createLinks(settings({ TEMPORAL_UI_URL: 'https://temporal.example.com/' }), noKey)

  expect(workflow(view)).toBe(
    'https://temporal.example.com/namespaces/default/workflows/release%2Fshop%2Frel_01',
  )
  expect(createLinks(settings({}), noKey).workflow(view)).toBeNull()
})
