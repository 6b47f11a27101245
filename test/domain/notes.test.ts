import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedSections, draftNotes, editedNotes, LONGEST_SECTION } from '../../domain/notes.js'
import type { NotedChange } from '../../domain/ports.js'

const change = (given: Partial<NotedChange>): NotedChange => ({
  ...{ title: 'Sell umbrellas', type: null, scope: null, breaking: false, pull: null },
  ...{ labels: [], authors: ['Bob'], tickets: [] },
  ...given,
})

test.each([
  [{}, 'other'],
  [{ type: 'feat' }, 'features'],
  [{ type: 'fix' }, 'fixes'],
  [{ type: 'chore', scope: 'deps' }, 'dependencies'],
  [{ type: 'chore' }, 'other'],
  [{ type: 'feat', breaking: true }, 'breaking'],
  [{ type: 'feat', labels: ['Bug'] }, 'fixes'],
  [{ labels: ['breaking change'] }, 'breaking'],
  [{ labels: ['whatever', 'security'] }, 'security'],
  [{ type: 'feat', breaking: true, labels: ['skip-notes'] }, undefined],
] as const)('%j is noted under %s', (given, section) => {
  expect(Object.keys(draftNotes([change(given)]))[0]).toBe(section)
})

test('a line names the pull request, the authors and the tickets once', () => {
  const given = { pull: 12, authors: ['Bob', 'Cy'], tickets: ['SHOP-7', 'SHOP-8'] }

  expect(draftNotes([change(given)]).other).toBe('- Sell umbrellas (#12), Bob, Cy, SHOP-7, SHOP-8')
  expect(draftNotes([change({ ...given, title: 'SHOP-7 Sell (#12)' })]).other).toBe(
    '- SHOP-7 Sell (#12), Bob, Cy, SHOP-8',
  )
})

test('what does not fit, and what was not read, is counted', () => {
  const long = draftNotes(Array.from({ length: 100 }, () => change({ title: 'x'.repeat(200) }))).other ?? ''

  expect(long).toMatch(/- … and 8\d more$/)
  expect(draftNotes([change({})], 5).other).toMatch(/\n- … and 4 more$/)
})

test('no section is longer than its field', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 5_000 }), { maxLength: 60 }), (titles) => {
      for (const text of Object.values(draftNotes(titles.map((title) => change({ title })))))
        expect(text.length).toBeLessThanOrEqual(LONGEST_SECTION)
    }),
  )
})

test('an edit changes what was written, a dash leaves a section out, and the rest stays', () => {
  const before = { features: '- One', fixes: '- Two', other: '- Three' }
  const after = editedNotes(before, { features: ' - Better\r\n- Uno ', fixes: '-', highlights: 'Big' })

  expect(after).toEqual({ highlights: 'Big', features: '- Better\n- Uno', other: '- Three' })
  expect(changedSections(before, after)).toEqual(['Highlights', 'New', 'Fixed'])
})
