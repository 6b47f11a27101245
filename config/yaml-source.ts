import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
} from 'yaml'
import type { Mistake, Path, PlacedMistake, Problem } from './problem.js'
import { formatPath } from './problem.js'
import { findTreeMistakes, type TreeMistake } from './yaml-tree.js'

/** A file that parsed as YAML, perhaps with mistakes, and a way to locate each value in its text. */
export interface YamlSource {
  readonly value: unknown
  readonly problems: readonly Problem[]
  readonly place: (mistake: PlacedMistake) => Problem
}

export type YamlReading =
  | { readonly kind: 'read'; readonly source: YamlSource }
  /** Syntax errors leave the structure unclear, so nothing else is reported. */
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] }

/** Parses YAML 1.2 with `<<` merges. Duplicate keys are reported together with all other mistakes, not instead of them. */
export function readYaml(text: string, file: string): YamlReading {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      merge: true,
      logLevel: 'silent',
    })
    const faults = [...document.errors, ...document.warnings]
    if (faults.length > 0) {
      const problems = faults.map((fault) =>
        at(file, lines, fault.pos[0], { path: '', ...explainSyntax(fault) }),
      )
      return { kind: 'unreadable', problems }
    }
    const place = (mistake: PlacedMistake): Problem => {
      const offset = locate(document, mistake.path, mistake.at ?? 'value')
      return at(file, lines, offset, {
        path: formatPath(mistake.path),
        message: mistake.message,
        fix: mistake.fix,
      })
    }
    const placeTree = ({ path, offset, message, fix }: TreeMistake): Problem =>
      at(file, lines, offset, { path: formatPath(path), message, fix })
    const tree = findTreeMistakes(document, (offset) => lines.linePos(offset).line)
    if (tree.fatal.length > 0) return { kind: 'unreadable', problems: tree.fatal.map(placeTree) }
    const value: unknown = document.toJS()
    return { kind: 'read', source: { value, problems: tree.doubled.map(placeTree), place } }
  } catch (error) {
    const message = `cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`
    const fix = 'simplify the file; deep nesting and many aliases are not needed'
    return { kind: 'unreadable', problems: [{ file, line: 1, column: 1, path: '', message, fix }] }
  }
}

function at(
  file: string,
  lines: LineCounter,
  offset: number,
  rest: Pick<Problem, 'path' | 'message' | 'fix'>,
): Problem {
  const { line, col } = lines.linePos(offset)
  return { file, line: Math.max(1, line), column: Math.max(1, col), ...rest }
}

function explainSyntax(fault: { readonly code: string; readonly message: string }): Mistake {
  const message = `not valid YAML: ${fault.message}`
  return { message, fix: syntaxFixes[fault.code] ?? 'correct the YAML at this place' }
}

const syntaxFixes: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'put the text in quotes, as in "@release-managers"',
  BAD_INDENT: 'line the entry up with its neighbours, and close every { and [',
  TAB_AS_INDENT: 'indent with spaces',
  MISSING_CHAR: 'add the missing character; close every quote, { and [',
  MULTIPLE_DOCS: 'keep one document in the file and remove the --- line',
  TAG_RESOLVE_FAILED: 'remove the tag that begins with !',
}

/** The offset of the value at a path, or of the nearest enclosing value. */
function locate(document: Document, path: Path, want: 'key' | 'value'): number {
  let offset = 0
  let node: unknown = document.contents
  for (const [index, step] of path.entries()) {
    const found = child(document, node, step)
    if (found === null) return offset
    node = found.node
    const last = index === path.length - 1
    offset = placeOf(found, last && want === 'key') ?? offset
  }
  return offset
}

interface Child {
  readonly node: unknown
  readonly key: unknown
}

function child(document: Document, parent: unknown, step: string | number): Child | null {
  const node = isAlias(parent) ? parent.resolve(document) : parent
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined
    return item === undefined ? null : { node: item, key: null }
  }
  if (!isMap(node)) return null
  // The last duplicate key counts, as it does in the value.
  const pair = node.items.findLast((item) => keyText(item) === String(step))
  return pair === undefined ? null : { node: pair.value, key: pair.key }
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : ''
}

/** A multi-line block or an empty value is reported at its key, where a reader looks for it. */
function placeOf({ node, key }: Child, wantKey: boolean): number | null {
  const keyOffset = start(key)
  const valueOffset = start(node)
  const unclear = (isCollection(node) && node.flow !== true) || (isScalar(node) && node.value === null)
  return wantKey || unclear ? (keyOffset ?? valueOffset) : (valueOffset ?? keyOffset)
}

function start(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null
}
