/** The author of Slipway's commits and tags, from environment variables. */
import { accessSync, constants } from 'node:fs'
import type { GitIdentity } from './settings.js'
import { readOptional, readPath, type VariableReader } from './variables.js'

const COMMITTER = 'SLIPWAY_GIT_COMMITTER'
const KEY = 'SLIPWAY_GIT_SIGNING_KEY'

/** The committer of cherry-picks and tags, and the ssh key that signs them; without a key, nothing is signed. */
export function readGit(reader: VariableReader): GitIdentity {
  return { committer: readCommitter(reader), signingKey: readKey(reader) }
}

function readCommitter(reader: VariableReader): GitIdentity['committer'] {
  const text = readOptional(reader, COMMITTER)
  if (text === null) return { name: 'Slipway', email: 'slipway@localhost' }
  const [, name = '', email = ''] = /^([^<>\n]*[^<>\s])\s*<([^<>\s]+@[^<>\s]+)>$/.exec(text) ?? []
  if (email === '') {
    const fix = 'set a name and an address, e.g. Slipway <slipway@example.com>'
    reader.problems.push({ variable: COMMITTER, message: 'is not a name and an address', fix })
  }
  return { name, email }
}

function readKey(reader: VariableReader): string | null {
  if (readOptional(reader, KEY) === null) return null
  const file = readPath(reader, KEY, '')
  try {
    accessSync(file, constants.R_OK)
  } catch {
    const fix = 'set the path of a private ssh key without a passphrase, e.g. made by ssh-keygen -t ed25519'
    reader.problems.push({ variable: KEY, message: 'names a file that cannot be read', fix })
  }
  return file
}
