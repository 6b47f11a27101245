import type { AppOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

interface Needs {
  readonly secrets: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
}

/** Checks that every secret a stage needs is there to be given. Values are never looked at. */
export function checkSecrets(app: AppOutline, path: Path, isSet: (name: string) => boolean): PlacedMistake[] {
  return [
    ...checkNeeds(app.build, [...path, 'build'], isSet),
    ...app.environments.flatMap((environment, index) =>
      checkNeeds(environment, [...path, 'environments', index], isSet),
    ),
  ]
}

function checkNeeds(
  { secrets, variables }: Needs,
  path: Path,
  isSet: (name: string) => boolean,
): PlacedMistake[] {
  return secrets.flatMap((name, index): PlacedMistake[] => {
    const at = [...path, 'secrets', index]
    if (name === '') return []
    if (Object.hasOwn(variables, name)) {
      return [{ path: at, message: `${name} is also one of the variables`, fix: 'keep it in one of the two' }]
    }
    if (isSet(name)) return []
    const fix = `set ${name} where Slipway is started, or take it off the list`
    return [{ path: at, message: `${name} is not set in Slipway’s own environment`, fix }]
  })
}
