import path from 'node:path'
import { ArtifactContentError } from './artifact-errors.js'

/**
 * A normalized name inside an artifact, without `.` and doubled slashes. Throws {@link ArtifactContentError} for an absolute
 * name and for one that leads outside.
 */
export function insideName(name: string): string {
  const normal = path.posix.normalize(name).replace(/\/+$/, '')
  const outside = normal === '..' || normal.startsWith('../') || path.posix.isAbsolute(normal)
  if (outside || name === '' || name.includes('\0')) {
    throw new ArtifactContentError(`${JSON.stringify(name)} leads out of the folder`)
  }
  return normal
}

/** Throws {@link ArtifactContentError} when a symbolic link of this name points outside. */
export function requireLinkInside(name: string, target: string): void {
  const reached = path.posix.normalize(path.posix.join(path.posix.dirname(name), target))
  if (path.posix.isAbsolute(target) || reached === '..' || reached.startsWith('../')) {
    throw new ArtifactContentError(
      `The link ${JSON.stringify(name)} leads out of the folder, to ${JSON.stringify(target)}`,
    )
  }
}
