import { usesBucket } from './own-names.js'

/** Variables that each hold a secret as it stands: what somebody outside is known by. */
export const secretNames = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLIPWAY_API_TOKEN',
  'SLIPWAY_WEBHOOK_SECRET',
  'GITHUB_TOKEN',
  'TEMPORAL_API_KEY',
  'POSTGRES_PASSWORD',
  'SLIPWAY_DATABASE_PASSWORD',
]

/** Variables with addresses that hold a password. */
export const databaseUrlNames = ['DATABASE_URL', 'DATABASE_OWNER_URL']

/** Variables of Slipway's own whose values nothing may show. */
const NAMES = [...secretNames, ...databaseUrlNames, 'GITHUB_APP_PRIVATE_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA']
/** Those of the artifacts' bucket; with a folder they are whoever's stages name them. */
const BUCKET_NAMES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN']

/** The values of Slipway's own tokens, keys and passwords that are set, each in every way it is written. */
export function ownSecrets(env: NodeJS.ProcessEnv): readonly string[] {
  const headers = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'].flatMap((name) =>
    headerValues(env[name] ?? ''),
  )
  const names = usesBucket(env) ? [...NAMES, ...BUCKET_NAMES] : NAMES
  const values = names.flatMap((name) => env[name]?.trim() || [])
  return [...values, ...headers].flatMap((value) => [
    value,
    value.replaceAll('\\n', '\n'),
    ...passwordOf(value),
  ])
}

/** What a collector of traces is signed in to with: `authorization=Bearer%20…,x-tenant=…`; short ones are no secrets. */
const headerValues = (text: string): readonly string[] =>
  text.split(',').flatMap((header) => {
    const value = decoded(header.slice(header.indexOf('=') + 1).trim())
    return value.length < 16 ? [] : [value, ...value.split(' ').filter((word) => word.length >= 16)]
  })

/** The password inside an address, as it stands there and as it is. */
function passwordOf(value: string): readonly string[] {
  if (!/^\w+:\/\//.test(value) || !URL.canParse(value)) return []
  const { username, password } = new URL(value)
  // That of a user of the same name is no secret, and a word that many logs have.
  return password === '' || password === username ? [] : [password, decoded(password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
