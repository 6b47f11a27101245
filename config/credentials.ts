/** Addresses are shown to people, stored and logged: what is secret does not belong in one. */

const TELLING =
  /(?:^|[_-])(?:token|secret|password|passwd|pwd|signature|sig|auth|credentials?|(?:api|access|private)[_-]?key|key)$/i
/** A name and a password, or a token alone, before the host; of ssh a name alone is none. */
const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i

/** Whether a password, a token or a parameter that is named like one stands in an address. */
export function holdsCredentials(address: string): boolean {
  const user = USER_INFO.exec(address)?.[1]
  if (user !== undefined && (user.includes(':') || !/^ssh:/i.test(address))) return true
  const query = /\?([^#]*)/.exec(address)?.[1] ?? ''
  return [...new URLSearchParams(query).keys()].some((name) => TELLING.test(name))
}
