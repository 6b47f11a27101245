/** Names of environment variables that are not for stages to have or to set. */

/** Slipway's own, and those of the compose file: a stage that had one could act as Slipway. */
const OWN =
  /^(?:SLACK_|TEMPORAL_|SLIPWAY_|GITHUB_APP_|GITHUB_TOKEN$|DATABASE_(?:OWNER_)?URL$|POSTGRES_PASSWORD$)/
/** What a program is found, loaded and started with: a command would be another one before its first line runs. */
const OF_THE_LOADER =
  /^(?:LD_|DYLD_|GLIBC_TUNABLES$|GCONV_PATH$|PATH$|HOME$|IFS$|ENV$|BASH_ENV$|BASH_FUNC_|SHELLOPTS$|BASHOPTS$|PS4$)/

export const isOwnName = (name: string): boolean => OWN.test(name)
export const isLoaderName = (name: string): boolean => OF_THE_LOADER.test(name)
