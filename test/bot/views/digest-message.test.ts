import { describe, expect, test } from 'vitest'
import { digestMessage, isWorthTelling } from '../../../bot/views/digest-message.js'
import { aDigest, anEntry, emptyDigest } from '../../support/answer-samples.js'
import { ALICE, AT, anEnvironment, BOB, QUINN } from '../../support/release-views.js'

const drawn = digestMessage(aDigest, 'digest/C01SHOP', '/release')
const shown = JSON.stringify(drawn.blocks)

describe('the digest', () => {
  test('says what is asked of whom since when, with the card and its button', () => {
    expect(shown).toContain(
      '✋ <https://slack.test/card|shop 2026.11.3-rc.1> “New checkout &lt;!here&gt;” needs approval for production (1 of 2 given), since',
    )
    expect(shown).toContain(` — <@${BOB}>, <@${QUINN}>`)
    expect(shown.match(/"text":"(?:Approve for|Accept on) production"/g)).toEqual([
      '"text":"Approve for production"',
      '"text":"Accept on production"',
    ])
    expect(drawn.buttons.map(({ verb }) => verb)).toEqual(['approve', 'accept'])
    expect(shown).toContain('…and 3 more: `/release list waiting`')
  })

  test('asks nobody for what has its approvals already', () => {
    const entry = anEntry('prepared, checklist open')
    const alone = digestMessage({ ...emptyDigest, waiting: [entry] }, 'digest/C01SHOP', '/release')

    expect(JSON.stringify(alone.blocks)).toContain('waits for its other conditions')
    expect(JSON.stringify(alone.blocks)).not.toContain(BOB)
    expect(alone.buttons).toEqual([])
  })

  test('its notification says what waits, and greets nobody', () => {
    expect(drawn.text).toMatch(
      /^6 decisions wait, 1 environment needs a look\. shop 2026\.11\.3-rc\.1 needs approval for production \(1 of 2 given\)\. /,
    )
    expect(shown).not.toMatch(/morning/)
  })

  test('says what is closed, a freeze of many environments once', () => {
    expect(shown).toContain(`*shop staging* 🔒 locked by <@${ALICE}>: demo`)
    expect(shown).toContain(`*shop staging, production* ❄️ frozen by <@${BOB}> until`)
    expect(shown).toContain(`*shop production* ⏸️ automation paused by <@${BOB}>: users cannot pay`)
  })

  test('that a preview ends waits for nobody here: its own notice says so', () => {
    expect(shown).not.toContain('pr-21')
    const ending = { ...emptyDigest, environments: [anEnvironment('pr-21', { expiresAt: AT })] }
    expect(isWorthTelling(ending)).toBe(false)
  })

  test.each([
    ['a lock without an end', { lock: { owner: BOB, since: AT, until: null, reason: 'x' } }, true],
    ['a lock that ends', { lock: { owner: BOB, since: AT, until: AT, reason: 'x' } }, false],
    ['a failure', { state: 'failed' }, true],
    ['nothing', {}, false],
  ] as const)('%s alone is told: %s', (_, over, told) => {
    expect(isWorthTelling({ ...emptyDigest, environments: [anEnvironment('staging', over)] })).toBe(told)
  })
})
