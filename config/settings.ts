/** What environment variables say, typed. */
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
  /** Of bot and worker. */
  readonly role: { readonly name: string; readonly password: string | null }
}

/** How Slipway signs in to GitHub; none for public repositories and other forges. */
export type GithubAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }

/** Who makes commits and tags, and the file of the key that signs them; null: none does. */
export interface GitIdentity {
  readonly committer: { readonly name: string; readonly email: string }
  readonly signingKey: string | null
}

/** What keeps stages apart on this host; `auto` takes the best that works here. */
export interface SandboxSettings {
  readonly mode: SandboxKind | 'auto'
  /** User ids of this machine that belong to nobody else: a worker of root's runs the commands of each app as one of them. */
  readonly uids: { readonly first: number; readonly last: number }
}

/** How Temporal is signed in to, as its SDK wants it. */
export interface TemporalAccess {
  /** `true`: as the machine trusts; a group: with its own authority, client certificate or name. */
  readonly tls?: true | TemporalTls
  readonly apiKey?: string
  /** Headers of each call. */
  readonly metadata?: Record<string, string>
}

export interface TemporalTls {
  readonly serverNameOverride?: string
  readonly serverRootCACertificate?: Uint8Array
  readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array }
}

/** The levels of the log, most talkative first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** A level of the log. */
export type LogLevel = (typeof logLevels)[number]

/** What every process needs, whatever it runs. Paths are absolute. */
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
  /** How Temporal is signed in to; `{}`: without TLS or a key. */
  readonly temporalAccess: TemporalAccess
  /** How workflows are placed and searched for in Temporal. */
  readonly temporalPlacement: {
    /** Before the name of every task queue; empty: nothing. */
    readonly queuePrefix: string
    /** Whether the namespace has Slipway's search attributes. */
    readonly searchable: boolean
  }
  /** Where the worker shows the metrics of Temporal's SDK, on the host of `http`; null: nowhere. */
  readonly temporalMetricsPort: number | null
  /** Temporal's own pages, to which cards link; null: no link. */
  readonly temporalUiUrl: string | null
  readonly dataFolder: string
  /** Where artifacts are kept; with a bucket, where each is put together. */
  readonly artifactsFolder: string
  readonly artifactsShared: boolean
  /** Where artifacts are kept instead; null: in the folder. */
  readonly artifactsBucket: ArtifactBucket | null
  readonly cacheFolder: string
  /** Null: nobody follows orders. */
  readonly traces: TraceSettings | null
  readonly logLevel: LogLevel
  readonly git: GitIdentity
  readonly github: { readonly access: GithubAccess; readonly apiUrl: string }
  readonly sandbox: SandboxSettings
  /** How many at once; 0 leaves that part to other workers. */
  readonly concurrency: { readonly builds: number; readonly stages: number }
  /** The labels that this worker serves; empty: what has none. */
  readonly runsOn: readonly string[]
  /** How many workflows a worker keeps in memory; 0 replays every task from its history. */
  readonly cachedWorkflows: number
  /** What has to stay free of each disk for builds to start. */
  readonly leastFree: { readonly gib: number; readonly percent: number }
  /** For how many days what is over is kept, in the database and on this host. */
  readonly keepDays: KeepDays
}

/** Settings of a worker: it never speaks to Slack. */
export interface WorkerSettings extends BaseSettings {
  readonly databaseUrl: string
  readonly temporalAddress: string
}

/** Settings of a process that runs the bot. */
export interface Settings extends WorkerSettings {
  readonly slack: SlackSettings
}

/** Settings of `npm start`: what is `null` is started on this machine. */
export interface LocalSettings extends BaseSettings {
  readonly databaseUrl: string | null
  readonly temporalAddress: string | null
  readonly slack: SlackSettings | null
  /** The port of the Slack workspace in the browser. */
  readonly slackPort: number
}
