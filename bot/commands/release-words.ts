/** Parses the names people use for candidates, releases and environments. */
import { parseReleaseId } from '../../domain/identifiers.js'
import type { ReleaseRef } from '../../domain/intent.js'
import type { CommandContext } from './parsed-command.js'
import type { Token } from './tokenise.js'

const fullName = /^v?(\d{1,6}\.\d{1,6}\.\d{1,6})(?:[-.\s]?rc[.-]?(\d{1,4}))?$/i
const candidateOnly = /^rc[.-]?(\d{1,4})$/i
const commit = /^[0-9a-f]{7,64}$/i
const pullRequest = /^#\d{1,9}$/
const pullAddress = /^https?:\/\/[^/]+\/.*\/(?:pull|pulls|merge_requests)\/(\d{1,9})/i
const commitAddress = /^https?:\/\/[^/]+\/.*\/commit\/([0-9a-f]{7,64})/i
const cardAddress = /^https:\/\/[^/]+\/archives\/[CDG][A-Z0-9]+\/p\d+/

/** Normalises a name to `2026.11.3-rc.1`; returns the text unchanged when it has no such form. */
export function normaliseRelease(text: string): string {
  const full = fullName.exec(text)
  if (full?.[1] !== undefined) return full[2] === undefined ? full[1] : `${full[1]}-rc.${Number(full[2])}`
  const only = candidateOnly.exec(text)
  if (only?.[1] !== undefined) return `rc.${Number(only[1])}`
  return text.toLowerCase() === 'latest' ? 'latest' : commit.test(text) ? text.toLowerCase() : text
}

/** A version with its candidate number: the only name that a decision by text accepts. */
export const namesCandidate = (text: string): boolean =>
  /^\d+\.\d+\.\d+-rc\.\d+$/.test(normaliseRelease(text))

/** Names at least a version, unlike `latest` or `rc.1`, whose meaning changes over time. */
export const namesVersion = (text: string): boolean => fullName.test(text)

export const namesCommit = (text: string): boolean => commit.test(text)

/** The text of a token that can only be a release, a candidate, a commit, a pull request or a card; otherwise null. */
export function releaseWord(token: Token): string | null {
  if (token.kind === 'link') return addressWord(token.value ?? token.text)
  if (token.kind !== 'word') return null
  const { text } = token
  const known =
    fullName.test(text) ||
    candidateOnly.test(text) ||
    commit.test(text) ||
    pullRequest.test(text) ||
    text.toLowerCase() === 'latest' ||
    parseReleaseId(text) !== null
  return known ? normaliseRelease(text) : addressWord(text)
}

function addressWord(address: string): string | null {
  const pull = pullAddress.exec(address)?.[1]
  if (pull !== undefined) return `#${pull}`
  const sha = commitAddress.exec(address)?.[1]
  return sha?.toLowerCase() ?? (cardAddress.test(address) ? address : null)
}

/** The card URLs in a text, so that they can be looked up before the text is parsed. */
export function cardAddresses(text: string): readonly string[] {
  return text.match(/https:\/\/[^/\s<>|]+\/archives\/[CDG][A-Z0-9]+\/p\d+[^\s<>|]*/g) ?? []
}

/** The release that `word` names, by thread or link; null: nothing was named and there is no thread. */
export function releaseRef(word: string | null, context: CommandContext): ReleaseRef | null {
  const { thread } = context
  if (word === null) return thread && { kind: 'id', releaseId: thread.releaseId, candidate: null }
  const number = candidateOnly.exec(word)?.[1]
  if (thread !== null && number !== undefined) {
    return { kind: 'id', releaseId: thread.releaseId, candidate: Number(number) }
  }
  const linked = context.links.get(word)
  if (linked !== undefined) return { kind: 'id', releaseId: linked.releaseId, candidate: null }
  const releaseId = parseReleaseId(word)
  if (releaseId !== null) return { kind: 'id', releaseId, candidate: null }
  return { kind: 'named', text: normaliseRelease(word) }
}

const shortNames: Readonly<Record<string, readonly string[]>> = {
  prod: ['production'],
  live: ['production'],
  stage: ['staging'],
  stg: ['staging'],
  int: ['integration'],
  dev: ['development', 'dev'],
}

/** The environment that a word names, exactly or by its usual abbreviation; never guessed. */
export function environmentWord(word: string, names: readonly string[]): string | null {
  const wanted = word.toLowerCase()
  if (names.includes(wanted)) return wanted
  const long = Object.hasOwn(shortNames, wanted) ? (shortNames[wanted] ?? []) : []
  return long.find((name) => names.includes(name)) ?? null
}
