/** A git command failed, or the remote was not reached. The same call may succeed later. */
export class GitError extends Error {
  override readonly name: string = 'GitError'
}

/** The order cannot be carried out as it is; asking again does not help. */
export class GitOrderError extends GitError {
  override readonly name = 'GitOrderError'
}

/** Credentials of a url never reach a log or a person. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')
}
