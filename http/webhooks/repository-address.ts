/** Whether two addresses name the same repository, however they are written. */

const SCP = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/

/** `github.com/acme/shop` of https, ssh and scp addresses; a path as it is. */
export function repositoryName(address: string): string {
  const text = address.trim()
  const scp = SCP.exec(text)
  if (scp) return tidy(`${scp[1] ?? ''}/${scp[2] ?? ''}`).toLowerCase()
  try {
    const url = new URL(text)
    if (url.protocol === 'file:') return tidy(url.pathname)
    return tidy(`${url.hostname}${url.pathname}`).toLowerCase()
  } catch {
    return tidy(text)
  }
}

const tidy = (name: string): string => name.replace(/\/+$/, '').replace(/\.git$/i, '')
