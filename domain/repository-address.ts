/** Which repository addresses are allowed: https, both forms of ssh, or a path. */

const HTTPS = /^https:\/\/[^\s/-][^\s]*$/i
const SSH = /^ssh:\/\/(?:[^\s/@-][^\s/@]*@)?[^\s/@-][^\s]*$/i
const SCP = /^(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?!:|\/\/)[^\s-][^\s]*$/
const PATH = /^(?:\/|\.\.?\/|file:\/\/\/)/

/**
 * False for everything that git could interpret differently: options, and `ext::` addresses, which are commands; and for http,
 * which can be changed in transit.
 */
export function isRepositoryAddress(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text) || text.startsWith('-')) return false
  return [HTTPS, SSH, SCP, PATH].some((form) => form.test(text))
}

/** The owner of the repository, if the address contains it: for `https://github.com/acme/shop.git` it is `acme`. */
export function ownerOf(address: string): string | null {
  const path =
    /^(?:https:\/\/|ssh:\/\/)[^/]+\/(.+)$/i.exec(address)?.[1] ?? /^[^/]+:(?!\/\/)(.+)$/.exec(address)?.[1]
  return path?.split('/').filter(Boolean)[0] ?? null
}
