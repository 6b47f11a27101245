import type { UserId } from '../../domain/identifiers.js'
import type { People } from '../slack/people.js'

/** Slack is asked about each person: of more than that, the rest is taken to be there. */
const MOST_ASKED = 30

/** Those who are not known to have left or never to have been members: of whom Slack does not say, nobody is ruled out. */
export async function stillHere(
  people: Pick<People, 'person'>,
  users: readonly UserId[],
): Promise<readonly UserId[]> {
  const asked = await Promise.all(users.slice(0, MOST_ASKED).map((user) => people.person(user)))
  return users.filter((_, index) => {
    const person = asked[index] ?? null
    return person === null || person.kind === 'member'
  })
}
