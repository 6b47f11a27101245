/** The dependencies from which every part of the bot is wired. */
import type { Logger } from 'pino'
import type { CardOptions } from '../bot/views/card/card-options.js'
import type { Settings } from '../config.js'
import type { Configuration } from '../domain/configuration.js'
import type { Traces } from '../domain/traces.js'
import type { Github } from '../integrations/github/open-github.js'
import type { ConfigureEnvironments } from './environments.js'
import type { Resources } from './resources.js'

export interface BotParts {
  readonly settings: Settings
  readonly resources: Resources
  readonly configuration: () => Configuration
  /** Shared with the start and each reload, because it remembers which environments were told. */
  readonly configureEnvironments: ConfigureEnvironments
  readonly log: Logger
  /** Slipway's own environment, from which git gets its variables. */
  readonly environment: NodeJS.ProcessEnv
  /** Redacts the secrets in a text: nothing that the bot sends may show one. */
  readonly redact: (text: string) => string
  readonly traces: Traces
  /** Links to our own pages and Temporal's. */
  readonly links: CardOptions['links']
  /** Null when Slipway is not authenticated to GitHub. */
  readonly github: Github | null
}
