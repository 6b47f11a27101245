import type { KnownBlock } from '@slack/types'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shownLength } from '../../../bot/views/blocks.js'
import { buttonId } from '../../../bot/views/button-target.js'
import type { CardOptions } from '../../../bot/views/card/card-options.js'
import { type Card, releaseCard } from '../../../bot/views/release-card.js'
import type { ReleaseView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { stories } from '../../support/release-stories.js'
import {
  ALICE,
  aCandidate,
  aDeployment,
  aRelease,
  aStage,
  BOB,
  contents,
  environmentName,
} from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

const options: CardOptions = {
  command: '/release',
  links: { deploymentLog: () => null, buildLog: () => null, workflow: () => null },
  people: () => [ALICE, BOB],
}
const draw = (view: ReleaseView): Card => releaseCard(view, options)

/** The card as a person sees it, one line per text, buttons in brackets. */
function seen(blocks: readonly KnownBlock[]): string {
  return blocks.map(seenBlock).join('\n')
}

function seenBlock(block: KnownBlock): string {
  if (block.type === 'header') return `# ${block.text.text}`
  if (block.type === 'section') return block.text?.text ?? ''
  if (block.type === 'actions') return block.elements.map(seenElement).join(' ')
  if (block.type !== 'context') return `? ${block.type}`
  return block.elements.map((element) => ('text' in element ? `« ${element.text}` : '')).join('\n')
}

function seenElement(element: { readonly type: string }): string {
  const drawn = JSON.parse(JSON.stringify(element)) as {
    text?: { text: string }
    style?: string
    confirm?: { text: { text: string } }
    options?: { text: { text: string } }[]
  }
  if (drawn.options) return `[⋯ ${drawn.options.map(({ text }) => text.text).join(' | ')}]`
  const style = drawn.style === 'primary' ? ' (P)' : drawn.style === 'danger' ? ' (D)' : ''
  return `[${drawn.text?.text ?? ''}${style}]`
}

test.each([
  ['as long as it is what it was cut from', 0, [aCandidate()], true],
  ['not with commits of its own', 2, [aCandidate()], false],
  ['not once something was picked', 0, [aCandidate(), aCandidate({ number: 2 })], false],
] as const)('a hotfix says that its fix is still to be picked, %s', (_, total, candidates, says) => {
  const view = aRelease({ candidates, detail: { hotfix: true, commits: contents(total, 0) } })

  expect(seen(draw(view).blocks).includes('Pick its fix')).toBe(says)
})

describe('a card in every state', () => {
  test.each(Object.entries(stories))('%s', (_name, view) => {
    const card = draw(view)
    assertWithinSlackLimits(card)
    expect(card.blocks.length).toBeLessThanOrEqual(12)
    expect(shownLength(card.blocks)).toBeLessThanOrEqual(2_600)
    expect(`${card.text}\n\n${seen(card.blocks)}`).toMatchSnapshot()
  })

  test.each(Object.entries(stories))('%s: every button has a target that is stored', (_name, view) => {
    const { blocks, buttons } = draw(view)
    const values = [...JSON.stringify(blocks).matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value)
    expect(new Set(values)).toEqual(new Set(buttons.map(buttonId)))
  })

  test.each(Object.entries(stories))('%s: the first block names the card and its revision', (_name, view) => {
    const { blocks, revision } = draw(view)
    expect(blocks[0]?.block_id).toBe(`rel:shop:${view.version ?? view.id}:${revision}`)
    expect(draw(view).revision).toBe(revision)
  })

  test.each(Object.entries(stories))('%s: one primary and one danger button, four in all', (_name, view) => {
    const text = JSON.stringify(draw(view).blocks)
    expect(text.match(/"style":"primary"/g)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(text.match(/"style":"danger"/g)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(text.match(/"type":"button"/g)?.length ?? 0).toBeLessThanOrEqual(4)
  })
})

test('a confirm dialog names version, commit and environment', () => {
  for (const story of ['production awaiting acceptance', 'prepared, 1 of 2 approvals']) {
    const [view] = [stories[story]].filter((one) => one !== undefined)
    if (!view) throw new Error(`no story ${story}`)
    const confirms = [...JSON.stringify(draw(view).blocks).matchAll(/"confirm":\{.*?"deny"/g)].map(
      ([one]) => one,
    )
    expect(confirms.length).toBeGreaterThan(0)
    for (const confirm of confirms) {
      expect(confirm).toContain('2026.11.3')
      expect(confirm).toContain('commit 9f3c1ab')
      expect(confirm).toMatch(/staging|production/)
    }
  }
})

test('what went wrong there, and what is newer there, stands in the confirm of an approval', () => {
  const confirmOf = (name: string): string => {
    const view = stories[name]
    if (view === undefined) throw new Error(name)
    return JSON.stringify(draw(view).blocks)
      .match(/"confirm":\{.*?"deny"/g)
      ?.join() as string
  }
  expect(confirmOf('failed, asked for again')).toContain(
    'It failed at patch, was rolled back in production, 2026-11-21 14:05 UTC.',
  )
  expect(confirmOf('approval over something newer')).toContain(
    'Production runs 2026.11.4-rc.1, a hotfix, which was cut later',
  )
})

test('no label stands for two environments, and no menu asks before it is known what was chosen', () => {
  for (const view of Object.values(stories)) {
    const blocks = draw(view).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
    const labels = blocks.flatMap((one) =>
      one.type === 'overflow'
        ? one.options.map(({ text }) => text.text)
        : 'text' in one
          ? [one.text.text]
          : [],
    )
    expect(new Set(labels).size).toBe(labels.length)
    const aboutPlaces = labels.filter((label) =>
      /^(?:Promote|Approve|Accept|Reject|Roll back|Retry (?!build)|Skip \w+ on|Abort|Show log of)/.test(
        label,
      ),
    )
    expect(aboutPlaces.filter((label) => !/integration|staging|production/.test(label))).toEqual([])
    expect(blocks.filter((one) => one.type === 'overflow' && one.confirm !== undefined)).toEqual([])
  }
})

test('two environments of one level are offered at once, each in a row of its own', () => {
  const below = aDeployment()
  const app = anApp({
    environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, patch: { run: p } }
      - { name: production, alongside: staging, patch: { run: p } }`,
  })
  const card = releaseCard(aRelease({ deployments: [below] }, app), options)
  assertWithinSlackLimits(card)
  expect(seen(card.blocks)).toContain('[Promote to staging (P)]')
  expect(seen(card.blocks)).toContain('[Promote to production]')
})

test('[U.14] while a newer candidate is built, a press that promotes the one before says so', () => {
  const newer = aCandidate({ number: 2, name: '2026.11.3-rc.2', state: 'building' })
  const view = aRelease({ candidates: [aCandidate(), newer], deployments: [aDeployment()] })
  const shown = seen(releaseCard(view, options).blocks)

  expect(shown).toContain('2026.11.3-rc.2 — cut, building')
  expect(shown).toContain('[Promote rc.1 to staging]')
  expect(shown).not.toContain('[Promote to staging')
})

test('an address for the log is a link, without one a button opens the last lines', () => {
  const view = stories['production failed at patch']
  if (!view) throw new Error('no story')
  expect(seen(draw(view).blocks)).toContain('[Show log of production]')
  const linked = releaseCard(view, {
    ...options,
    links: { ...options.links, deploymentLog: () => 'https://slipway.test/l' },
  })
  expect(seen(linked.blocks)).toContain('<https://slipway.test/l|Show log>')
  expect(seen(linked.blocks)).not.toContain('[Show log of production]')
})

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4_000 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<@U01BOB>',
        '@here',
        '@channel',
        '&',
        '<https://evil.test|ok>',
        'https://evil.test',
        '*',
        '`',
        '😀',
        '\n',
        '<!subteam^S1>',
        '\u202e',
        'x'.repeat(200),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(' ')),
)

test('whatever titles, commits and authors say, the card fits, mentions nobody and links nowhere', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (title, subject, author) => {
      const view = aRelease({
        title,
        description: subject,
        type: author,
        candidates: [aCandidate({ buildTail: subject, state: 'build_failed' })],
        deployments: [
          aDeployment({
            state: 'failed',
            failedStage: 'patch',
            note: { kind: 'failure', failure: { kind: 'fault', message: title } },
            stages: [aStage({ tail: subject, verdict: 'failed', exitCode: 1 })],
          }),
          aDeployment({
            number: 2,
            environment: environmentName('staging'),
            state: 'prepared',
            needs: 3,
            approvers: [author],
            approvals: [{ user: BOB, at: '2026-11-21T14:05:00.000Z', comment: title }],
            override: subject,
          }),
        ],
        detail: {
          scope: title,
          links: [subject, author],
          hotfix: true,
          phases: [],
          checklist: [
            {
              item: title,
              role: author,
              before: environmentName('production'),
              tickedBy: null,
              tickedAt: null,
            },
          ],
          overrides: [
            {
              rule: { kind: 'checks', names: [title] },
              by: ALICE,
              reason: subject,
              at: '2026-11-21T14:05:00.000Z',
            },
          ],
          conflict: null,
          tags: [
            {
              name: title,
              candidate: 1,
              ofVersion: true,
              state: 'refused',
              because: subject,
              since: '2026-11-21T14:05:00.000Z',
            },
          ],
          picking: null,
          commits: {
            since: title,
            from: null,
            sinceTag: false,
            counted: true,
            total: 99,
            authors: 4,
            newest: Array.from({ length: 10 }, () => ({ sha: aCandidate().commit, subject, author })),
            takesOut: {
              total: 9,
              commits: Array.from({ length: 5 }, () => ({ sha: aCandidate().commit, subject, author })),
            },
          },
        },
      })
      const card = draw(view)
      assertWithinSlackLimits(card)
      expect(card.blocks.length).toBeLessThanOrEqual(12)
      expect(shownLength(card.blocks)).toBeLessThanOrEqual(2_600)
      const everything = `${card.text}\n${seen(card.blocks)}`
      const parsed = [...everything.matchAll(/<[^>]*>/g)].map(([tag]) => tag)
      expect(parsed.filter((tag) => !/^<(@U01ALICE|@U01BOB|!date\^\d+\^[^|>]+\|[^>]+)>$/.test(tag))).toEqual(
        [],
      )
      expect(everything.replaceAll(/<[^>]*>/g, '')).not.toMatch(/@[\p{L}\p{N}_]|:\/\//u)
    }),
    { numRuns: 150 },
  )
})
