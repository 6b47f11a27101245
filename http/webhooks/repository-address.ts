/** Whether two addresses name the same repository, in any notation. */

const SCP = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/

/** `github.com/acme/shop` for https, ssh and scp addresses; a path is returned unchanged. */
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
