import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import { isRepositoryAddress } from '../../domain/repository-address.js'
import { GitError, GitOrderError } from './git-error.js'

const LONGEST = 250
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)/

/** Whether a text can be the name of a branch or tag, or a commit; one that looks like an option cannot. */
export function isRefText(text: string): boolean {
  if (text === '' || text === '@' || text.length > LONGEST) return false
  if (/^[-./]/.test(text) || /[/.]$/.test(text)) return false
  return !FORBIDDEN.test(text) && !/\s/.test(text)
}

/** Throws {@link GitOrderError} unless the text can be a ref. */
export function requireRefText(text: string): void {
  if (!isRefText(text))
    throw new GitOrderError(`${JSON.stringify(text)} cannot be the name of a branch or tag`)
}

/**
 * The remote as given to git: https, ssh (both notations) or an absolute path on this machine. Throws
 * {@link GitOrderError} for everything else, e.g. `ext::` urls, which are commands.
 */
export function remoteAddress(url: string): string {
  if (!isRepositoryAddress(url)) {
    const shown = JSON.stringify(url.slice(0, 80))
    throw new GitOrderError(`${shown} is no repository address: use https, ssh or a path`)
  }
  if (url.startsWith('file://')) return fileURLToPath(url)
  return /^\.?\.?\//.test(url) ? path.resolve(url) : url
}

/** A full commit id from git's output. Throws {@link GitError} if it is none. */
export function readSha(text: string): CommitSha {
  const sha = parseCommitSha(text.trim())
  if (sha === null) throw new GitError(`Expected a commit of git, got ${JSON.stringify(text.slice(0, 80))}`)
  return sha
}
