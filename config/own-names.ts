/** Names of environment variables that stages may neither get nor set. */

/** Slipway's own variables and those of the compose file: a stage that had one could act as Slipway. */
const OWN =
  /^(?:SLACK_|TEMPORAL_|SLIPWAY_|GITHUB_APP_|GITHUB_TOKEN$|DATABASE_(?:OWNER_)?URL$|POSTGRES_PASSWORD$)/
/** Variables that change how a program is found, loaded and started: they could replace a command before its first line runs. */
const OF_THE_LOADER =
  /^(?:LD_|DYLD_|GLIBC_TUNABLES$|GCONV_PATH$|PATH$|HOME$|IFS$|ENV$|BASH_ENV$|BASH_FUNC_|SHELLOPTS$|BASHOPTS$|PS4$)/

/** Whether artifacts are in a bucket; the AWS credentials are then Slipway's own too. */
export const usesBucket = (env: NodeJS.ProcessEnv): boolean =>
  env['SLIPWAY_ARTIFACTS']?.trim().startsWith('s3:') === true

/** Whether a secret would let a stage change what is stored in the bucket. */
export const isBucketName = (name: string): boolean => name.startsWith('AWS_')

export const isOwnName = (name: string): boolean => OWN.test(name)
export const isLoaderName = (name: string): boolean => OF_THE_LOADER.test(name)
