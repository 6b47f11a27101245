/** Names and addresses according to the `.mailmap` of a commit. For display; approvals are judged without it. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { Mirror } from './mirror.js'

export interface Contact {
  readonly name: string
  readonly email: string
}

/** Gives the identity for a contact such as `Name <address>`. */
export type Mailmap = (contact: string) => Contact

/** A call of git cannot take more arguments than the system allows. */
const AT_ONCE = 500

/** Looks up these contacts; one without an address cannot be looked up. */
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
