import { sayDuration } from '../../domain/durations.js'
import { defaults } from '../defaults.js'
import type { AppOutline, EndingOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Checks that what ends does so in order: notices before expiry, expiry before the greatest age. */
export function checkEndings(app: AppOutline, path: Path): PlacedMistake[] {
  const previews = app.previewsGiven
    ? checkEnding(app.previews, [...path, 'previews'], {
        expires: app.previews.expiresGiven ? app.previews.expires : defaults.previews.expiresMs,
        maxAge: app.previews.maxAgeGiven ? app.previews.maxAge : defaults.previews.maxAgeMs,
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
    const message = `this notice would come before the ${sayDuration(expires)} begin`
    return [{ path: [...path, 'notice', index], message, fix: `write less than ${sayDuration(expires)}` }]
  })
  if (maxAge !== null && maxAge < expires) {
    const key = ending.maxAgeGiven ? 'maxAge' : 'expires'
    const message = `expires (${sayDuration(expires)}) is longer than maxAge (${sayDuration(maxAge)})`
    mistakes.push({ path: [...path, key], message, fix: 'raise maxAge or lower expires' })
  }
  return mistakes
}

/** An environment without an expiry is permanent, so settings of its end would do nothing. */
function checkPermanent(environment: EndingOutline, path: Path): PlacedMistake[] {
  if (environment.expires !== null) return []
  // A mistyped expiry is reported as what it is.
  if (environment.expiresGiven) return []
  const idle: readonly (readonly [string, boolean])[] = [
    ['notice', environment.noticeGiven],
    ['extensions', environment.extensionsGiven],
    ['maxAge', environment.maxAgeGiven],
  ]
  return idle
    .filter(([, given]) => given)
    .map(([key]) => {
      const message = `${key} does nothing, because the environment never expires`
      return { path: [...path, key], at: 'key', message, fix: `remove ${key}, or add expires: 3d` }
    })
}
