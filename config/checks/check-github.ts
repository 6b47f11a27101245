import type { AppOutline, Outline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'
import { sameRepository } from './check-repositories.js'

/** Checks that required checks can be queried: a repository given as a local path has none. */
export function checkGithub({ repository, github }: AppOutline, path: Path): PlacedMistake[] {
  if (github.requiredChecks.length === 0 || repository === '') return []
  if (repository.includes(':') && !repository.startsWith('file:')) return []
  return [
    {
      path: [...path, 'github', 'requiredChecks'],
      message: 'the repository is a path on this machine, where no checks are reported',
      fix: 'give the address of the repository on GitHub, or remove it',
    },
  ]
}

/** Checks that two apps on one repository do not report under the same explicit name. */
export function checkContexts({ apps }: Outline): PlacedMistake[] {
  const given = Object.entries(apps).filter(([, app]) => app.github.context !== '')
  return given.flatMap(([name, app], index) => {
    const other = given
      .slice(0, index)
      .find(
        ([, one]) =>
          sameRepository(one.repository, app.repository) && one.github.context === app.github.context,
      )
    if (!other) return []
    const message = `"${other[0]}" is on the same repository and also reports as ${app.github.context}`
    const fix = `give it a name of its own: context: ${app.github.context}/${name}`
    return [{ path: ['apps', name, 'github', 'context'], message, fix }]
  })
}
