import type { UserId } from '../../domain/identifiers.js'
import type { People } from '../slack/people.js'

/** Slack is asked about each person; beyond this number, people are assumed to be members. */
const MOST_ASKED = 30

/** Removes people known to have left or never to have been members. Keeps anyone for whom Slack did not answer. */
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
