import { defaults } from '../defaults.js'
import { written } from '../fields.js'
import type { AppOutline, EndingOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Checks that limits are in order: notices before the expiry, the expiry before the maximum age. */
export function checkEndings(app: AppOutline, path: Path): PlacedMistake[] {
  const previews = app.given.includes('previews')
    ? checkEnding(app.previews, [...path, 'previews'], {
        expires: app.previews.given.includes('expires') ? app.previews.expires : defaults.previews.expiresMs,
        maxAge: app.previews.given.includes('maxAge') ? app.previews.maxAge : defaults.previews.maxAgeMs,
      })
    : []
  const environments = app.environments.flatMap((environment, index) => {
    const at = [...path, 'environments', index]
    return [...checkPermanent(environment, at), ...checkEnding(environment, at, environment)]
  })
  return [...previews, ...environments]
}

function checkEnding(
  ending: EndingOutline,
  path: Path,
  { expires, maxAge }: Pick<EndingOutline, 'expires' | 'maxAge'>,
): PlacedMistake[] {
  if (expires === null) return []
  const mistakes: PlacedMistake[] = ending.notice.flatMap((notice, index) => {
    if (notice === null || notice < expires) return []
    const message = `the notice must come after the start, and it expires ${written(expires)} after it`
    return [{ path: [...path, 'notice', index], message, fix: `write less than ${written(expires)}` }]
  })
  if (maxAge !== null && maxAge < expires) {
    const key = ending.given.includes('maxAge') ? 'maxAge' : 'expires'
    const source = ending.given.includes('maxAge') ? '' : ' by default'
    const message = `expires (${written(expires)}) is longer than maxAge (${written(maxAge)}${source})`
    mistakes.push({ path: [...path, key], message, fix: 'raise maxAge or lower expires' })
  }
  return mistakes
}

/** An environment without an expiry is permanent, so settings about its expiry would have no effect. */
function checkPermanent(environment: EndingOutline, path: Path): PlacedMistake[] {
  // `expires: never` is explicit, and a mistyped expiry is reported as such.
  if (environment.given.includes('expires')) return []
  return ['notice', 'extensions', 'maxAge']
    .filter((key) => environment.given.includes(key))
    .map((key) => {
      const message = `${key} does nothing, because the environment never expires`
      return { path: [...path, key], at: 'key', message, fix: `remove ${key}, or add expires: 3d` }
    })
}
