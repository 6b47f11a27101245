import { usesBucket } from './own-names.js'
import { encryptionSecrets } from './read-encryption.js'

/** Variables that hold a secret verbatim: credentials for external services. */
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

/** Variables with URLs that contain a password. */
export const databaseUrlNames = ['DATABASE_URL', 'DATABASE_OWNER_URL']

/** Slipway's own variables whose values must never be shown. */
const NAMES = [...secretNames, ...databaseUrlNames, 'GITHUB_APP_PRIVATE_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA']
/** Secrets of the artifact bucket; with a folder, these variables are free for stages. */
const BUCKET_NAMES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN']

/** The values of Slipway's own tokens, keys and passwords that are set, each in every form in which it is written. */
export function ownSecrets(env: NodeJS.ProcessEnv): readonly string[] {
  const headers = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'].flatMap((name) =>
    headerValues(env[name] ?? ''),
  )
  const names = usesBucket(env) ? [...NAMES, ...BUCKET_NAMES] : NAMES
  const values = names.flatMap((name) => env[name]?.trim() || [])
  return [...values, ...headers, ...encryptionSecrets(env)].flatMap((value) => [
    value,
    value.replaceAll('\\n', '\n'),
    ...passwordOf(value),
  ])
}

/** The credentials for a trace collector: `authorization=Bearer%20…,x-tenant=…`; short values are not secrets. */
const headerValues = (text: string): readonly string[] =>
  text.split(',').flatMap((header) => {
    const value = decoded(header.slice(header.indexOf('=') + 1).trim())
    return value.length < 16 ? [] : [value, ...value.split(' ').filter((word) => word.length >= 16)]
  })

/** The password in a URL, both encoded and decoded. */
function passwordOf(value: string): readonly string[] {
  if (!/^\w+:\/\//.test(value) || !URL.canParse(value)) return []
  const { username, password } = new URL(value)
  // A password equal to the user name is not a secret, and is a word found in many logs.
  return password === '' || password === username ? [] : [password, decoded(password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
