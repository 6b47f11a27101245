/** URLs are shown to people, stored and logged, so they must not contain secrets. */

const TELLING =
  /(?:^|[_-])(?:token|secret|password|passwd|pwd|signature|sig|auth|credentials?|(?:api|access|private)[_-]?key|key)$/i
/** A name and a password, or only a token, before the host; for ssh, a name alone is not a credential. */
const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i

/** Whether a URL contains a password, a token, or a parameter named like one. */
export function holdsCredentials(address: string): boolean {
  const user = USER_INFO.exec(address)?.[1]
  if (user !== undefined && (user.includes(':') || !/^ssh:/i.test(address))) return true
  const query = /\?([^#]*)/.exec(address)?.[1] ?? ''
  return [...new URLSearchParams(query).keys()].some((name) => TELLING.test(name))
}
