/** G.7: a person who may have written everything that ships approves nothing; what cannot be decided is not satisfied. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  accountOf,
  answering,
  authorshipOf,
  type CommitAuthors,
  eachOnce,
  type Identities,
  ownersByFile,
} from '../../domain/authorship.js'
import { ALICE, BOB, commitOf } from '../support/lane.js'

const identities: Identities = {
  people: [
    { user: ALICE, names: ['Alice@home.example', 'alice-codes'] },
    { user: BOB, names: ['bob-codes'] },
  ],
  agents: ['noreply@anthropic.com', 'dependabot[bot]'],
}
const inSlack: Readonly<Record<string, string>> = { 'alice@example.com': ALICE, 'bob@example.com': BOB }
const known = {
  identities,
  owner: async (address: string) =>
    ownersByFile(identities, address)[0] ?? (inSlack[address] as never) ?? null,
}
const wrote = (...addresses: readonly string[]): CommitAuthors => ({
  ...{ commit: commitOf(1), wrote: addresses, merged: null },
})
const alice = { user: ALICE, email: 'Alice@Example.com' }
const kind = async (commits: readonly CommitAuthors[], approver = alice) =>
  (await authorshipOf(commits, approver, known)).kind

describe('an approver', () => {
  test.each([
    ['1234+alice-codes@users.noreply.github.com', 'sole'],
    ['alice-codes@users.noreply.github.com', 'sole'],
    ['1234-alice-codes@users.noreply.gitlab.com', 'sole'],
    ['alice@example.com', 'sole'],
    ['alice@home.example', 'sole'],
    ['bob@example.com', 'other'],
    ['1+bob-codes@users.noreply.github.com', 'other'],
    ['1+stranger@users.noreply.github.com', 'unknown'],
    ['alice+git@example.com', 'unknown'],
    ['', 'unknown'],
  ])('of what %s wrote alone: %s', async (address, expected) => {
    expect(await kind([wrote(address)])).toBe(expected)
  })

  test('has a part in what they wrote with somebody, and none in what two others did', async () => {
    expect(await kind([wrote('bob@example.com', 'alice@example.com')])).toBe('sole')
    expect(await kind([wrote('bob@example.com', 'x@example.com')])).toBe('unknown')
    expect(await kind([wrote('alice@example.com', 'x@example.com'), wrote('bob@example.com')])).toBe('other')
  })

  test('whose address Slack does not say is told apart by what the file says', async () => {
    expect(await kind([wrote('alice@home.example')], { user: ALICE, email: null as never })).toBe('sole')
  })

  test('is told the commit and the address that nobody knows', async () => {
    expect(await authorshipOf([wrote('x@example.com')], alice, known)).toEqual({
      ...{ kind: 'unknown', commit: commitOf(1), address: 'x@example.com' },
    })
    expect(await authorshipOf([wrote('noreply@anthropic.com')], alice, known)).toEqual({
      ...{ kind: 'unknown', commit: commitOf(1), address: null },
    })
    expect(await kind([])).toBe('sole')
  })
})

describe('an agent’s commit', () => {
  const by = (merged: string | null, ...more: readonly string[]) =>
    answering(identities, { ...wrote('noreply@anthropic.com', ...more), merged })

  test('is its co-author’s and its merger’s', () => {
    expect(by(null, 'alice@example.com')).toEqual(['alice@example.com'])
    expect(by('bob@example.com')).toEqual(['bob@example.com'])
    expect(by('bob@example.com', 'alice@example.com')).toEqual(['alice@example.com', 'bob@example.com'])
    expect(by('1+dependabot[bot]@users.noreply.github.com')).toEqual([])
  })

  test('is of whoever committed it too, if somebody else merged it', () => {
    const both = { ...wrote('noreply@anthropic.com'), merged: 'bob@example.com' }
    expect(answering(identities, { ...both, committed: 'alice@example.com' })).toEqual([
      'bob@example.com',
      'alice@example.com',
    ])
    expect(answering(identities, { ...both, committed: 'noreply@anthropic.com' })).toEqual([
      'bob@example.com',
    ])
  })

  test('that a person wrote is not whoever merged it', () => {
    expect(answering(identities, { ...wrote('alice@example.com'), merged: 'bob@example.com' })).toEqual([
      'alice@example.com',
    ])
  })
})

test.each([
  ['9+carol@users.noreply.github.com', 'carol@users.noreply.github.com', [ALICE]],
  ['carol@users.noreply.github.com', '9+Carol@users.noreply.github.com', [ALICE]],
  ['9+carol@users.noreply.github.com', '7-carol@users.noreply.gitlab.com', []],
])('listed as %s, %s is of %j', (name, address, owners) => {
  expect(ownersByFile({ people: [{ user: ALICE, names: [name] }], agents: [] }, address)).toEqual(owners)
})

test.each([
  ['12+Some-One@users.noreply.github.com', 'some-one'],
  ['12-one@users.noreply.github.com', '12-one'],
  ['7+12-one@users.noreply.github.com', '12-one'],
  ['12-one@users.noreply.github.example.com', '12-one'],
  ['12-one@users.noreply.acme.ghe.com', '12-one'],
  ['12-one@users.noreply.gitlab.com', 'one'],
  ['12-one@users.noreply.gitlab.example.com', 'one'],
  ['12+one@users.noreply.gitlab.com', '12+one'],
  ['12-one@users.noreply.git.example.com', 'one'],
  ['12+one@users.noreply.git.example.com', 'one'],
  ['one@users.example.com', null],
])('the account behind %s is %s', (address, account) => {
  expect(accountOf(address)).toBe(account)
})

test('each group of authors is kept once, with its newest commit', () => {
  const [first, second] = [
    { ...wrote('a@x', 'b@x'), commit: commitOf(2) },
    { ...wrote('b@x', 'a@x'), commit: commitOf(3) },
  ]
  expect(eachOnce([first, second, wrote('a@x')], 9)).toEqual([first, wrote('a@x')])
  expect(eachOnce([first, wrote('a@x')], 1)).toEqual([first])
})

test('nobody who wrote everything that ships satisfies the rule, whatever the addresses', async () => {
  const own = fc.constantFrom(
    'alice@example.com',
    'alice@home.example',
    '9+alice-codes@users.noreply.github.com',
    'unlisted@alice.example',
    '',
  )
  const others = fc.constantFrom('bob@example.com', 'x@example.com', 'noreply@anthropic.com')
  const commit = fc
    .tuple(fc.array(own, { minLength: 1, maxLength: 2 }), fc.array(others, { maxLength: 2 }))
    .map(([mine, theirs]): CommitAuthors => wrote(...new Set([...mine, ...theirs])))
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { maxLength: 5 }), async (commits) => {
      expect(await kind(commits)).not.toBe('other')
    }),
  )
})
