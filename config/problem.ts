/** The location of a value in the file: keys and list positions from the top. */
export type Path = readonly (string | number)[]

/** One mistake in `slipway.yaml`, with its fix. Line and column count from 1. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** `apps.shop.environments[1].name`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  readonly fix: string
}

/** What is wrong and how to fix it, before its place is known. */
export interface Mistake {
  readonly message: string
  readonly fix: string
}

/** A mistake at a path; `at: 'key'` points at the key instead of its value. */
export interface PlacedMistake extends Mistake {
  readonly path: Path
  readonly at?: 'key' | 'value'
}

/** Formats a path for people: `apps.shop.environments[1].name`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (plainKey.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

const plainKey = /^[\w-]+$/

/** One line for each problem, in file order: place, path, what is wrong → the fix. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.toSorted(byPlace).map(formatProblem).join('\n')
}

function formatProblem({ file, line, column, path, message, fix }: Problem): string {
  const place = `${file}:${line}:${column}`
  return `${path === '' ? place : `${place} ${path}`}: ${message} → ${fix}`
}

/** Sorts problems by their position in the file. */
export function byPlace(one: Problem, other: Problem): number {
  return one.line - other.line || one.column - other.column
}
