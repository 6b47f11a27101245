/** Limits the size of apps and environments, because their workflows carry them. */
import { previewDefinition } from '../../domain/environment/preview.js'
import { parseEnvironmentName } from '../../domain/identifiers.js'
import { type AppDefinition, rulesOf } from '../../domain/pipeline.js'
import { sizeOf } from '../../domain/sizes.js'
import type { Path, PlacedMistake } from '../problem.js'

/** The stored size, in bytes, of an environment's rules, which its workflow keeps permanently. */
const LARGEST_RULES = 8 * 1_024
/** In bytes, for an app with all environments and defaults; also for a preview, whose variables may repeat its name. */
const LARGEST_APP = 40 * 1_024

const intoFiles = 'long values and commands belong into files of the repository'

/** The longest possible preview name, and the longest branch name that git servers accept. */
const longestName = parseEnvironmentName('x'.repeat(40))
const longestBranch = 'x'.repeat(255)

/** Checks that an app, its environments and its previews are small enough for a workflow to carry. */
export function checkSizes(app: AppDefinition, path: Path): PlacedMistake[] {
  const whole = checkSize(app, path, { what: 'the app', most: LARGEST_APP, parts: app, instead: intoFiles })
  const rules = app.environments.flatMap((one, index) =>
    checkSize(rulesOf(one), [...path, 'environments', index], {
      ...{ what: 'the environment without its stages and variables', most: LARGEST_RULES },
      ...{ parts: rulesOf(one), instead: 'fewer of them say the same' },
    }),
  )
  const preview = longestName && previewDefinition(app, longestName, longestBranch)
  // If the app itself is too large, its previews may be too large for the same reason.
  if (preview === null || whole.length > 0) return [...whole, ...rules]
  const { stages, ...rest } = preview
  const parts = { ...rest, ...stages }
  const what = { what: 'a preview', most: LARGEST_APP, parts, instead: intoFiles }
  return [...rules, ...checkSize(preview, [...path, 'previews'], what)]
}

function checkSize(
  whole: object,
  path: Path,
  {
    what,
    most,
    parts,
    instead,
  }: {
    readonly what: string
    readonly most: number
    readonly parts: object
    readonly instead: string
  },
): PlacedMistake[] {
  const size = sizeOf(whole)
  if (size <= most) return []
  const [largest = ''] = Object.entries(parts)
    .toSorted(([, one], [, other]) => sizeOf(other) - sizeOf(one))
    .map(([name]) => name)
  const message = `${what} takes ${kilobytes(size)} KB, and ${kilobytes(most)} KB fit`
  return [{ path, at: 'key', message, fix: `shorten ${largest}, its largest part: ${instead}` }]
}

/** Rounded up, with one digit. */
const kilobytes = (bytes: number): string => String(Math.ceil((bytes * 10) / 1_024) / 10)
