import type { Outline } from '../outline.js'
import type { PlacedMistake } from '../problem.js'

/** Checks that two apps on one repository never push the same tag or pick onto the same branch. */
export function checkRepositories(outline: Outline): PlacedMistake[] {
  return [
    ...alone(outline, 'tag', ({ tag }) => tag, {
      does: 'also tags',
      example: (name) => `tag: ${name}-v{version}`,
    }),
    ...alone(outline, 'pickBranch', ({ tag, pickBranch }) => pickBranch.replace('{tag}', () => tag), {
      does: 'also picks onto',
      example: (name) => `pickBranch: release/${name}-{version}`,
    }),
  ]
}

type App = Outline['apps'][string]

/** The first app keeps its setting; later apps with the same one are reported. */
function alone(
  outline: Outline,
  key: 'tag' | 'pickBranch',
  patternOf: (app: App) => string,
  words: { readonly does: string; readonly example: (name: string) => string },
): PlacedMistake[] {
  const owners = new Map<string, string>()
  return Object.entries(outline.apps).flatMap(([name, app]) => {
    if (app.repository === '') return []
    const pattern = patternOf(app)
    const place = `${normalize(app.repository)} ${pattern}`
    const owner = owners.get(place)
    if (owner === undefined) {
      owners.set(place, name)
      return []
    }
    // If the tags are equal, only they are reported, because the equal branches follow from them.
    if (key === 'pickBranch' && outline.apps[owner]?.tag === app.tag) return []
    const message = `"${owner}" is on the same repository and ${words.does} ${pattern}`
    return [
      {
        path: ['apps', name, key],
        message,
        fix: `give it a ${key === 'tag' ? 'tag' : 'branch'} of its own: ${words.example(name)}`,
      },
    ]
  })
}

/** Whether two addresses belong to the same repository. */
export const sameRepository = (one: string, other: string): boolean => normalize(one) === normalize(other)

/** Normalises `git@host:path.git`, `ssh://git@host/path` and `https://host/path/` to one spelling. */
function normalize(repository: string): string {
  return repository
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?!\d)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
}
