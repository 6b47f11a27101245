/** An app and its environments are carried along by every workflow of theirs, so how much they may say has a limit. */
import { previewDefinition } from '../../domain/environment/preview.js'
import { parseEnvironmentName } from '../../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { sizeOf } from '../../domain/sizes.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Bytes of an environment as it is stored, defaults filled in; of a preview likewise. */
const LARGEST_ENVIRONMENT = 8 * 1_024
/** Bytes of an app with all its environments. */
const LARGEST_APP = 40 * 1_024

/** The longest name a preview can have, and a branch as long as any that git's servers take. */
const longestName = parseEnvironmentName('x'.repeat(40))
const longestBranch = 'x'.repeat(255)

/** Checks that an app, its environments and its previews fit into what a workflow carries. */
export function checkSizes(app: AppDefinition, path: Path): PlacedMistake[] {
  const environments = app.environments.flatMap((one, index) =>
    checkEnvironment(one, [...path, 'environments', index]),
  )
  const preview = longestName && previewDefinition(app, longestName, longestBranch)
  // What it is like may be what is too large.
  const isToBlame = preview !== null && environments.length === 0
  return [
    ...checkSize(app, path, { what: 'the app', most: LARGEST_APP, parts: app }),
    ...environments,
    ...(isToBlame ? checkEnvironment(preview, [...path, 'previews']) : []),
  ]
}

function checkEnvironment(definition: EnvironmentDefinition, path: Path): PlacedMistake[] {
  const { stages, ...rest } = definition
  const what = path.at(-1) === 'previews' ? 'a preview' : 'the environment'
  return checkSize(definition, path, { what, most: LARGEST_ENVIRONMENT, parts: { ...rest, ...stages } })
}

function checkSize(
  whole: object,
  path: Path,
  { what, most, parts }: { readonly what: string; readonly most: number; readonly parts: object },
): PlacedMistake[] {
  const size = sizeOf(whole)
  if (size <= most) return []
  const [largest = ''] = Object.entries(parts)
    .toSorted(([, one], [, other]) => sizeOf(other) - sizeOf(one))
    .map(([name]) => name)
  const message = `${what} takes ${kilobytes(size)} KB, and ${kilobytes(most)} KB fit`
  const fix = `shorten ${largest}, its largest part: long values and commands belong into files of the repository`
  return [{ path, at: 'key', message, fix }]
}

/** Rounded up, with one digit. */
const kilobytes = (bytes: number): string => String(Math.ceil((bytes * 10) / 1_024) / 10)
