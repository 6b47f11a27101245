import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import type { Mistake, Path } from './problem.js'

/** A mistake at an offset of the text, which stays exact when a path is ambiguous because of duplicate keys. */
export interface TreeMistake extends Mistake {
  readonly path: Path
  readonly offset: number
}

/** What YAML allows but this file does not. `fatal` mistakes make the value unreadable. */
export interface TreeMistakes {
  readonly fatal: readonly TreeMistake[]
  readonly doubled: readonly TreeMistake[]
}

interface Walk {
  readonly document: Document
  readonly lineOf: (offset: number) => number
  readonly fatal: TreeMistake[]
  readonly doubled: TreeMistake[]
}

/** Finds duplicate keys, keys that are not text, and aliases without an anchor. */
export function findTreeMistakes(document: Document, lineOf: (offset: number) => number): TreeMistakes {
  const walk: Walk = { document, lineOf, fatal: [], doubled: [] }
  visit(walk, document.contents, [])
  return walk
}

function visit(walk: Walk, node: unknown, path: Path): void {
  if (isAlias(node) && node.resolve(walk.document) === undefined) {
    const fix = `write &${node.source} at the value it stands for`
    walk.fatal.push({ path, offset: startOf(node), message: `*${node.source} has no anchor above it`, fix })
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) visit(walk, item, [...path, index])
  }
  if (isMap(node)) visitMap(walk, node, path)
}

function visitMap(walk: Walk, map: YAMLMap, path: Path): void {
  const firstLines = new Map<string, number>()
  for (const pair of map.items) {
    const key = readKey(walk, pair, path)
    if (key === null) continue
    const offset = startOf(pair.key)
    const first = firstLines.get(key)
    if (first === undefined) firstLines.set(key, walk.lineOf(offset))
    else walk.doubled.push(doubledKey([...path, key], offset, first))
    visit(walk, pair.value, [...path, key])
  }
}

function doubledKey(path: Path, offset: number, firstLine: number): TreeMistake {
  const message = `${JSON.stringify(path.at(-1))} is given twice; the first is on line ${firstLine}`
  return { path, offset, message, fix: 'keep one of the two, or rename one' }
}

function readKey(walk: Walk, pair: Pair, path: Path): string | null {
  const key = isScalar(pair.key) ? String(pair.key.value) : null
  // `__proto__` could be lost, or do harm, when copied into a plain object.
  if (key !== null && key !== '__proto__') return key
  const message = key === null ? 'a key must be plain text' : '"__proto__" cannot be a key'
  walk.fatal.push({ path, offset: startOf(pair.key), message, fix: 'use a name as key' })
  return null
}

function startOf(node: unknown): number {
  return isNode(node) && node.range ? node.range[0] : 0
}
