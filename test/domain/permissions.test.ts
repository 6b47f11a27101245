import { describe, expect, test } from 'vitest'
import { rolesFor } from '../../domain/permissions.js'
import { protectedVerbs } from '../../domain/verbs.js'

const bare = { approve: [], accept: null }
const gated = {
  approve: [{ from: ['managers'], count: 1, fourEyes: false, notSoleAuthor: false }],
  accept: { from: ['qa'] },
}
const app = { permissions: { cut: ['releasers'] } }

const likeCut = protectedVerbs.filter(
  (verb) => !['approve', 'accept', 'reject', 'freeze', 'thaw', 'override'].includes(verb),
)

describe('unless permissions say otherwise', () => {
  test.each(likeCut)('%s takes the roles of cut', (verb) => {
    expect(rolesFor(app, verb, null)).toEqual(['releasers'])
    expect(rolesFor(app, verb, gated)).toEqual(['releasers'])
  })

  test.each(['accept', 'reject'] as const)('%s takes the roles of the environment, else of cut', (verb) => {
    expect(rolesFor(app, verb, gated)).toEqual(['qa'])
    expect(rolesFor(app, verb, bare)).toEqual(['releasers'])
    expect(rolesFor(app, verb, null)).toEqual(['releasers'])
  })

  test('approve takes the roles of the environment, else nobody', () => {
    expect(rolesFor(app, 'approve', gated)).toEqual(['managers'])
    expect(rolesFor(app, 'approve', bare)).toEqual([])
    expect(rolesFor(app, 'approve', null)).toEqual([])
  })

  test.each(['freeze', 'thaw', 'override'] as const)('%s is for nobody', (verb) => {
    expect(rolesFor(app, verb, gated)).toEqual([])
  })
})

test.each(protectedVerbs)('%s takes what permissions say, nobody included', (verb) => {
  expect(rolesFor({ permissions: { cut: ['releasers'], [verb]: ['leads'] } }, verb, gated)).toEqual(['leads'])
  expect(rolesFor({ permissions: { cut: ['releasers'], [verb]: [] } }, verb, gated)).toEqual([])
})

test.each(protectedVerbs)(
  'without any permissions %s is for nobody but whom the environment names',
  (verb) => {
    expect(rolesFor({ permissions: {} }, verb, bare)).toEqual([])
  },
)
