/** What may stand as the address of a repository: https, ssh in both of its forms, or a path. */

const HTTPS = /^https:\/\/[^\s/-][^\s]*$/i
const SSH = /^ssh:\/\/(?:[^\s/@-][^\s/@]*@)?[^\s/@-][^\s]*$/i
const SCP = /^(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?!:|\/\/)[^\s-][^\s]*$/
const PATH = /^(?:\/|\.\.?\/|file:\/\/\/)/

/**
 * False for everything that git could take for something else: options, and `ext::` addresses, which are commands; and for
 * http, which anybody on the way can change.
 */
export function isRepositoryAddress(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text) || text.startsWith('-')) return false
  return [HTTPS, SSH, SCP, PATH].some((form) => form.test(text))
}

/** Whose the repository is, where its address says: `https://github.com/acme/shop.git` is `acme`'s. */
export function ownerOf(address: string): string | null {
  const path =
    /^(?:https:\/\/|ssh:\/\/)[^/]+\/(.+)$/i.exec(address)?.[1] ?? /^[^/]+:(?!\/\/)(.+)$/.exec(address)?.[1]
  return path?.split('/').filter(Boolean)[0] ?? null
}
