/** The typed settings from environment variables. */
import type { ArtifactBucket } from '../domain/artifact-bucket.js'
import type { KeepDays } from '../domain/retention.js'
import type { SandboxKind } from '../domain/sandbox.js'
import type { TraceSettings } from '../domain/traces.js'

/** How Slack reaches the bot. */
export type SlackSettings =
  | {
      readonly kind: 'socket'
      readonly botToken: string
      readonly appToken: string
      readonly apiUrl: string | null
    }
  | {
      readonly kind: 'http'
      readonly botToken: string
      readonly signingSecret: string
      readonly apiUrl: string | null
    }

/** What `npm run migrate` needs. */
export interface MigrationSettings {
  readonly ownerUrl: string
  /** The role of bot and worker. */
  readonly role: { readonly name: string; readonly password: string | null }
}

/** How Slipway authenticates to GitHub; not needed for public repositories and other forges. */
export type GithubAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }

/** The author of commits and tags, and the file of the key that signs them; null: nothing is signed. */
export interface GitIdentity {
  readonly committer: { readonly name: string; readonly email: string }
  readonly signingKey: string | null
}

/** The isolation of stages on this host; `auto` selects the strongest that works here. */
export interface SandboxSettings {
  readonly mode: SandboxKind | 'auto'
  /** User ids of this machine that are otherwise unused: a worker running as root uses one of them for each app's commands. */
  readonly uids: { readonly first: number; readonly last: number }
}

/** The credentials for Temporal, as its SDK expects them. */
export interface TemporalAccess {
  /** `true`: trust the machine's authorities; an object: with its own authority, client certificate or server name. */
  readonly tls?: true | TemporalTls
  readonly apiKey?: string
  /** Headers of each call. */
  readonly metadata?: Record<string, string>
}

/** A key of AES-256-GCM, and the name under which payloads refer to it. */
export interface EncryptionKey {
  readonly id: string
  readonly key: Uint8Array
}

/** How the data given to Temporal is encrypted. */
export interface PayloadEncryption {
  /** The first encrypts, all decrypt; never empty. */
  readonly keys: readonly EncryptionKey[]
  /** What happens to data that is not encrypted: `written` turns encryption off, while encrypted data can still be read. */
  readonly plain: 'refused' | 'read' | 'written'
}

export interface TemporalTls {
  readonly serverNameOverride?: string
  readonly serverRootCACertificate?: Uint8Array
  readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array }
}

/** Log levels, most verbose first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** A log level. */
export type LogLevel = (typeof logLevels)[number]

/** The settings of every process. Paths are absolute. */
export interface BaseSettings {
  /** The path of `slipway.yaml`. */
  readonly configFile: string
  readonly http: {
    readonly host: string
    readonly port: number
    /** Null only on loopback. */
    readonly apiToken: string | null
    readonly publicUrl: string | null
    readonly webhookSecret: string | null
  }
  readonly temporalNamespace: string
  /** The credentials for Temporal; `{}`: without TLS or a key. */
  readonly temporalAccess: TemporalAccess
  /** Null: the data given to Temporal is not encrypted. */
  readonly encryption: PayloadEncryption | null
  /** How workflows are placed in Temporal and found there. */
  readonly temporalPlacement: {
    /** The prefix of every task queue's name; may be empty. */
    readonly queuePrefix: string
    /** Whether the namespace has Slipway's search attributes. */
    readonly searchable: boolean
  }
  /** The name of the build of Slipway whose workflows run here; null: there is one build at a time, without a name. */
  readonly buildId: string | null
  /** The port at which the worker exposes the metrics of Temporal's SDK, on the host of `http`; null: none. */
  readonly temporalMetricsPort: number | null
  /** The URL of Temporal's own UI, to which cards link; null: no link. */
  readonly temporalUiUrl: string | null
  readonly dataFolder: string
  /** Where artifacts are stored; with a bucket, where each is assembled. */
  readonly artifactsFolder: string
  readonly artifactsShared: boolean
  /** The bucket that stores artifacts; null: they are stored in the folder. */
  readonly artifactsBucket: ArtifactBucket | null
  readonly cacheFolder: string
  /** Null: tracing is off. */
  readonly traces: TraceSettings | null
  readonly logLevel: LogLevel
  readonly git: GitIdentity
  readonly github: { readonly access: GithubAccess; readonly apiUrl: string }
  readonly sandbox: SandboxSettings
  /** How many run at once; 0 leaves that part to other workers. */
  readonly concurrency: { readonly builds: number; readonly stages: number }
  /** The labels that this worker serves; empty: it serves what has no label. */
  readonly runsOn: readonly string[]
  /** How many workflows a worker keeps in memory; 0 replays every task from its history. */
  readonly cachedWorkflows: number
  /** The free space that each disk needs for builds to start. */
  readonly leastFree: { readonly gib: number; readonly percent: number }
  /** For how many days finished data is kept, in the database and on this host. */
  readonly keepDays: KeepDays
}

/** Settings of a worker, which never contacts Slack. */
export interface WorkerSettings extends BaseSettings {
  readonly databaseUrl: string
  readonly temporalAddress: string
}

/** Settings of a process that runs the bot. */
export interface Settings extends WorkerSettings {
  readonly slack: SlackSettings
}

/** Settings of `npm start`: each service that is `null` is started on this machine. */
export interface LocalSettings extends BaseSettings {
  readonly databaseUrl: string | null
  readonly temporalAddress: string | null
  readonly slack: SlackSettings | null
  /** The port of the Slack workspace in the browser. */
  readonly slackPort: number
}
