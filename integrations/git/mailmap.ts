/** The names and addresses that the `.mailmap` of a commit gives people. For display; who approves is judged without it. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { Mirror } from './mirror.js'

export interface Contact {
  readonly name: string
  readonly email: string
}

/** Of a contact such as `Name <address>`, who it is. */
export type Mailmap = (contact: string) => Contact

/** One call of git takes no more arguments than a system allows. */
const AT_ONCE = 500

/** Looks these contacts up; one without an address is nobody's that can be looked up. */
export async function mailmapOf(
  mirror: Mirror,
  commit: CommitSha,
  contacts: readonly string[],
): Promise<Mailmap> {
  const asked = contacts.filter((contact) => contact.length < 1_000 && contactIn(contact).email !== '')
  const known = new Map<string, Contact>()
  for (let first = 0; first < asked.length; first += AT_ONCE) {
    const some = asked.slice(first, first + AT_ONCE)
    const args = ['-c', `mailmap.blob=${commit}:.mailmap`, 'check-mailmap', '--', ...some]
    const answers = (await mirror.run({ args })).stdout.split('\n')
    for (const [index, contact] of some.entries()) known.set(contact, contactIn(answers[index] ?? contact))
  }
  return (contact) => known.get(contact) ?? contactIn(contact)
}

function contactIn(text: string): Contact {
  const [, name = '', email = ''] = /^([^<]*)<([^<>]*)>\s*$/.exec(text.trim()) ?? []
  return { name: name.trim() || email, email: email.trim() }
}
