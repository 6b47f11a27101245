/** Whose an address is: by the file, otherwise by Slack. */
import { expect, test } from 'vitest'
import { createAddressBook } from '../../../bot/slack/address-book.js'
import { ALICE, BOB, CAROL } from '../../support/lane.js'

const people = [
  { user: ALICE, names: ['alice@home.example', 'team@example.com'] },
  { user: BOB, names: ['team@example.com'] },
]

/** Slack says that every address is Carol's. */
function aBook() {
  const asked: unknown[] = []
  const book = createAddressBook({
    call: async (_, args) => {
      asked.push(args['email'])
      if (asked.length > 1) return { user: { id: CAROL } }
      throw new Error('away')
    },
    identities: () => ({ people, agents: [] }),
    now: () => 0,
  })
  return { book, asked }
}

test('the file decides, and an address that it gives to two people is nobody’s, whatever Slack says', async () => {
  const { book, asked } = aBook()

  expect(await book.owner('alice@home.example')).toBe(ALICE)
  expect(await book.owner('team@example.com')).toBeNull()
  expect(asked).toEqual([])
})

test('Slack is asked about all others, again where it did not answer, and once where it did', async () => {
  const { book, asked } = aBook()
  const owners = []
  for (let times = 0; times < 3; times += 1) owners.push(await book.owner('carol@example.com'))

  expect(owners).toEqual([null, CAROL, CAROL])
  expect(asked).toHaveLength(2)
  expect(await book.owner('no address')).toBeNull()
})
