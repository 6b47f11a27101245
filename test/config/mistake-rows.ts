import { parseConfiguration } from '../../config/parse-configuration.js'
import type { Problem } from '../../config/problem.js'
import { sampleWith } from './sample.js'

/** A piece of the sample, what is written instead, the text at the problem's place, its path, what it says, the fix. */
export type Row = readonly [
  piece: string,
  wrong: string,
  points: string,
  path: string,
  says: RegExp,
  fix: RegExp,
]

/** The path of the sample's app. */
export const shop = 'apps.shop'
/** The path of its second environment. */
export const inStaging = `${shop}.environments[1]`
/** A line of the app, to put others beside it. */
export const channel = '    channel: C01SHOP\n'
/** A line of its second environment. */
export const staging = '        accept: { from: [qa] }\n'

/** What was reported for a row: the text at its line and column, and its fix; else all that was reported. */
export type Reported =
  | { readonly points: string; readonly fix: string }
  | { readonly others: readonly Problem[] }

const lengths: Readonly<Record<string, number>> = { DEPLOY_TOKEN: 8, SHORT_TOKEN: 7 }

/** Puts the mistake into the sample and looks for its problem. */
export function report([piece, wrong, points, path, says]: Row): Reported {
  const text = sampleWith(piece, wrong)
  const reading = parseConfiguration(text, 'slipway.yaml', {
    length: (name) => lengths[name] ?? 0,
    ...{ builds: true, stages: true, runsOn: null },
  })
  const problems = reading.kind === 'ok' ? [] : reading.problems
  const problem = problems.find((one) => one.path === path && says.test(one.message))
  if (problem === undefined) return { others: problems }
  const found = text.split('\n')[problem.line - 1]?.slice(problem.column - 1) ?? ''
  return { points: found.slice(0, points.length), fix: problem.fix }
}
