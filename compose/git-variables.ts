/** The variables of Slipway's own environment that git gets, and no others. */
export const gitVariables = (environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  picked(environment, [
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'SSH_AUTH_SOCK',
    'GIT_ASKPASS',
    'GIT_SSH_COMMAND',
    'GIT_SSL_CAINFO',
  ])

/** The named variables that are set. */
export function picked(
  environment: NodeJS.ProcessEnv,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found = names.map((name) => [name, environment[name]] as const)
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined))
}
