import type { Outline } from '../outline.js'
import type { PlacedMistake } from '../problem.js'

/** Checks that two apps on one repository never push the same tag. */
export function checkRepositories(outline: Outline): PlacedMistake[] {
  const owners = new Map<string, string>()
  return Object.entries(outline.apps).flatMap(([name, { repository, tag }]) => {
    if (repository === '') return []
    const key = `${normalize(repository)} ${tag}`
    const owner = owners.get(key)
    if (owner === undefined) {
      owners.set(key, name)
      return []
    }
    const message = `"${owner}" is on the same repository and also tags ${tag}`
    return [
      { path: ['apps', name, 'tag'], message, fix: `give it a tag of its own: tag: ${name}-v{version}` },
    ]
  })
}

/** Whether two addresses are of one repository. */
export const sameRepository = (one: string, other: string): boolean => normalize(one) === normalize(other)

/** One spelling for `git@host:path.git`, `ssh://git@host/path` and `https://host/path/`. */
function normalize(repository: string): string {
  return repository
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?!\d)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
}
