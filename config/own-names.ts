/** Names of environment variables that are not for stages to have or to set. */

/** Slipway's own, and those of the compose file: a stage that had one could act as Slipway. */
const OWN =
  /^(?:SLACK_|TEMPORAL_|SLIPWAY_|GITHUB_APP_|GITHUB_TOKEN$|DATABASE_(?:OWNER_)?URL$|POSTGRES_PASSWORD$)/
/** What a program is found, loaded and started with: a command would be another one before its first line runs. */
const OF_THE_LOADER =
  /^(?:LD_|DYLD_|GLIBC_TUNABLES$|GCONV_PATH$|PATH$|HOME$|IFS$|ENV$|BASH_ENV$|BASH_FUNC_|SHELLOPTS$|BASHOPTS$|PS4$)/

/** Whether artifacts are in a bucket: then what AWS is signed in to with is Slipway's own too. */
export const usesBucket = (env: NodeJS.ProcessEnv): boolean =>
  env['SLIPWAY_ARTIFACTS']?.trim().startsWith('s3:') === true

/** Whether a secret would let a stage change what is stored in the bucket. */
export const isBucketName = (name: string): boolean => name.startsWith('AWS_')

export const isOwnName = (name: string): boolean => OWN.test(name)
export const isLoaderName = (name: string): boolean => OF_THE_LOADER.test(name)
