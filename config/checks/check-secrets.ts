import type { AppOutline, Outline } from '../outline.js'
import { isBucketName } from '../own-names.js'
import type { Path, PlacedMistake } from '../problem.js'

/** The length of a secret in Slipway's environment; 0 when it is not set. The checks never see its value. */
export type SecretLength = (name: string) => number

/** A shorter secret could not be redacted from a log without redacting ordinary words. */
const SHORTEST = 8
/** A shorter one can be guessed from what it signed. */
const SHORTEST_TO_SIGN = 16

interface Needs {
  readonly secrets: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
}

/** The secrets of this process: those that are set, and the parts of the configuration whose secrets it needs. */
export interface OwnSecrets {
  readonly length: SecretLength
  readonly builds: boolean
  readonly stages: boolean
  /** The labels of this worker: it runs what has one of them, or, if it has none, what has no label. Null: any label. */
  readonly runsOn: readonly string[] | null
  /** Whether artifacts are in a bucket, whose secrets stages must not get. */
  readonly bucket?: boolean
}

/** Secrets used only by another worker are not needed here. */
const elsewhere: SecretLength = () => Number.POSITIVE_INFINITY

/** Checks that every secret a stage needs is set and long enough. */
export function checkSecrets(app: AppOutline, path: Path, own: OwnSecrets): PlacedMistake[] {
  const build = [...path, 'build']
  const here = (label: string): boolean =>
    own.runsOn === null || (label === '' ? own.runsOn.length === 0 : own.runsOn.includes(label))
  const forBuilds = own.builds && here(app.runsOn) ? own.length : elsewhere
  return [
    ...(own.bucket ? ofTheBucket(app.build, build) : []),
    ...checkNeeds(app.build, build, forBuilds),
    ...checkLength(app.build.secret, [...build, 'secret'], { length: forBuilds, least: SHORTEST_TO_SIGN }),
    ...app.environments.flatMap((environment, index) => {
      const at = [...path, 'environments', index]
      const length = own.stages && here(environment.runsOn || app.runsOn) ? own.length : elsewhere
      return [
        ...(own.bucket ? ofTheBucket(environment, at) : []),
        ...checkNeeds(environment, at, length),
        ...(['setup', 'patch', 'check', 'teardown', 'probe'] as const).flatMap((stage) =>
          checkLength(environment[stage].secret, [...at, stage, 'secret'], {
            length,
            least: SHORTEST_TO_SIGN,
          }),
        ),
      ]
    }),
  ]
}

/** Builds and deployments both query the registries. */
export function checkRegistries(
  { registries }: Pick<Outline, 'registries'>,
  own: OwnSecrets,
): PlacedMistake[] {
  const length = own.builds || own.stages ? own.length : elsewhere
  return Object.entries(registries).flatMap(([host, { secret }]) =>
    checkLength(secret, ['registries', host, 'secret'], { length, least: SHORTEST }),
  )
}

function ofTheBucket({ secrets }: Needs, path: Path): PlacedMistake[] {
  return secrets.flatMap((name, index) => {
    if (!isBucketName(name)) return []
    const message = `${name} is Slipway’s own while artifacts are in a bucket: a stage that has it can change them`
    const fix = 'give the stage credentials of its own under a name of its own, e.g. DEPLOY_AWS_KEY'
    return [{ path: [...path, 'secrets', index], message, fix }]
  })
}

function checkNeeds({ secrets, variables }: Needs, path: Path, length: SecretLength): PlacedMistake[] {
  return secrets.flatMap((name, index): PlacedMistake[] => {
    const at = [...path, 'secrets', index]
    if (name !== '' && Object.hasOwn(variables, name)) {
      return [{ path: at, message: `${name} is also one of the variables`, fix: 'keep it in one of the two' }]
    }
    return checkLength(name, at, { length, least: SHORTEST })
  })
}

function checkLength(
  name: string,
  path: Path,
  { length, least }: { readonly length: SecretLength; readonly least: number },
): PlacedMistake[] {
  if (name === '') return []
  const has = length(name)
  if (has >= least) return []
  if (has > 0) {
    const fix = 'set a longer one, e.g. from openssl rand -hex 32'
    return [{ path, message: `${name} has fewer than ${least} characters`, fix }]
  }
  const fix = `set ${name} where Slipway is started, or take it out`
  return [{ path, message: `${name} is not set in Slipway’s own environment`, fix }]
}
