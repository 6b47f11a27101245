import { describe, expect, test } from 'vitest'
import { whereMessage, whereTableMessage } from '../../../bot/views/read-views.js'
import { manyApps } from '../../support/answer-samples.js'
import { AT, aDeployment, anEnvironment, aPipeline, BOB } from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

const released = aDeployment({ version: '2026.11.2', candidate: '2026.11.2-rc.4', released: true })
const waiting = aDeployment({ state: 'awaiting_acceptance' })

describe('where', () => {
  const places = aPipeline({ staging: { current: waiting }, production: { current: released } })

  test('says app by app what runs, and calls what is released by its version', () => {
    const { text, blocks } = whereMessage(places)

    expect(text).toBe('shop: integration nothing, staging 2026.11.3-rc.1, production 2026.11.2.')
    expect(JSON.stringify(blocks)).toContain('*2026.11.2* `9f3c1ab` since')
    expect(JSON.stringify(blocks)).not.toContain('2026.11.2-rc.4')
  })

  test('says what waits there', () => {
    const queue = [waiting.id, released.id]
    const staging = anEnvironment('staging', { current: waiting })
    const shown = whereMessage([{ ...staging, detail: { ...staging.detail, queue } }])

    expect(JSON.stringify(shown.blocks)).toContain('🧪 awaiting acceptance\\n🕒 2 in line')
  })
})

describe('where of many apps', () => {
  test('is a table: a row for each app, a column for each environment', () => {
    const { blocks, text } = whereTableMessage(manyApps(3), '/release')
    const [table] = blocks

    if (table?.type !== 'table') throw new Error('no table')
    expect(table.rows.map((row) => row.map((cell) => ('text' in cell ? cell.text : '')))).toEqual([
      ['App', 'integration', 'staging', 'production'],
      ...[0, 1, 2].map((index) => [
        `app-${index}`,
        'nothing',
        '2026.11.3-rc.1 🧪 awaiting acceptance 🔒 locked',
        '2026.11.2',
      ]),
    ])
    expect(text).toContain('app-2: integration nothing, staging 2026.11.3-rc.1, production 2026.11.2.')
    expect(JSON.stringify(blocks)).toContain('`/release where app-0`')
  })

  test.each([1, 40, 300])(
    'of %i apps fits, as a table and as text, and says how many are left out',
    (count) => {
      const { text, blocks, plainer = [] } = whereTableMessage(manyApps(count), '/release')
      assertWithinSlackLimits({ text, blocks })
      assertWithinSlackLimits({ text, blocks: plainer })

      const [table] = blocks
      if (table?.type !== 'table') throw new Error('no table')
      const left = count - (table.rows.length - 1)
      expect(JSON.stringify(blocks).includes(`…and ${left} more apps.`)).toBe(left > 0)
      expect(JSON.stringify(plainer)).toContain('*app-0* integration nothing · staging 2026.11.3-rc.1')
    },
  )

  test('counts previews, and has an environment that only one app has', () => {
    const extra = { ...anEnvironment('canary', { position: 2 }), current: released }
    const preview = anEnvironment('pr-1')
    const detail = { ...preview.detail, preview: true }
    const message = whereTableMessage([...manyApps(2), extra, { ...preview, detail }], '/release')
    const shown = JSON.stringify(message.blocks)

    expect(shown).toContain('"canary"')
    expect(shown).toContain('1 preview: `/release env list`')
    expect(shown).not.toContain('pr-1')
  })

  test('a frozen and a locked place say so beside what runs', () => {
    const freeze = { owner: BOB, since: AT, until: AT, reason: 'x' }
    const [place] = aPipeline()
    if (place === undefined) throw new Error('no place')
    const shown = whereTableMessage(
      [...manyApps(1), { ...place, freeze, state: 'failed' as const }],
      '/release',
    )

    expect(JSON.stringify(shown.blocks)).toContain('nothing ❌ failed ❄️ frozen')
  })
})
