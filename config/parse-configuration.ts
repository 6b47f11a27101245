import type { z } from 'zod'
import type { Configuration } from '../domain/configuration.js'
import { buildConfiguration } from './build-configuration.js'
import { checkEndings } from './checks/check-endings.js'
import { checkContexts, checkGithub } from './checks/check-github.js'
import { checkOrder } from './checks/check-order.js'
import { checkPermissions } from './checks/check-permissions.js'
import { checkPullRequests } from './checks/check-pull-requests.js'
import { checkQuorum } from './checks/check-quorum.js'
import { checkReferences } from './checks/check-references.js'
import { checkRepositories } from './checks/check-repositories.js'
import { checkRegistries, checkSecrets, type OwnSecrets } from './checks/check-secrets.js'
import { checkSizes } from './checks/check-sizes.js'
import { checkTrain } from './checks/check-train.js'
import { readOutline } from './outline.js'
import { byPlace, type PlacedMistake, type Problem } from './problem.js'
import { fileSchema } from './schema.js'
import { readYaml } from './yaml-source.js'

/** The checked configuration, or all of its mistakes. */
export type ConfigurationReading =
  | { readonly kind: 'ok'; readonly configuration: Configuration }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/**
 * Parses the text of `slipway.yaml`. `file` is the name that problems are reported under. `length` gives the length of a stage's
 * secret; without it, secrets are not checked. Never throws.
 */
export function parseConfiguration(
  text: string,
  file: string,
  own: OwnSecrets = { length: () => Number.POSITIVE_INFINITY, builds: true, stages: true, runsOn: null },
): ConfigurationReading {
  const reading = readYaml(text, file)
  if (reading.kind === 'unreadable') return { kind: 'problems', problems: reading.problems.toSorted(byPlace) }
  const { value, problems, place } = reading.source
  const form = fileSchema.safeParse(value)
  const mistakes = [...(form.error?.issues ?? []).map(toMistake), ...checkTogether(value, own)]
  const configuration = form.success ? buildConfiguration(form.data, text) : null
  const sizes = (configuration?.apps ?? []).flatMap((app) => checkSizes(app, ['apps', app.name]))
  const all = [...problems, ...[...mistakes, ...sizes].map((mistake) => place(mistake))].toSorted(byPlace)
  if (configuration === null || all.length > 0) return { kind: 'problems', problems: all }
  return { kind: 'ok', configuration }
}

/** The checks across values, on the readable parts of the file. */
function checkTogether(value: unknown, own: OwnSecrets): PlacedMistake[] {
  const outline = readOutline(value)
  const roles = Object.keys(outline.roles)
  const apps = Object.entries(outline.apps).flatMap(([name, app]) => {
    const path = ['apps', name]
    return [
      ...checkReferences(app, path, roles),
      ...checkPermissions(app, path),
      ...checkOrder(app, path),
      ...checkPullRequests(app, path),
      ...checkTrain(app, path, outline.holidays !== ''),
      ...checkEndings(app, path),
      ...checkGithub(app, path),
      ...checkQuorum(app, path, outline.roles),
      ...checkSecrets(app, path, own),
    ]
  })
  return [...apps, ...checkRegistries(outline, own), ...checkRepositories(outline), ...checkContexts(outline)]
}

function toMistake(issue: z.core.$ZodIssue): PlacedMistake {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const params = issue.code === 'custom' ? issue.params : undefined
  const fix: unknown = params?.['fix']
  return {
    path,
    at: params?.['at'] === 'key' ? 'key' : 'value',
    message: issue.message,
    fix: typeof fix === 'string' ? fix : 'see docs/configuration.md',
  }
}
