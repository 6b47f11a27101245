/** What every part of the bot is wired from. */
import type { Logger } from 'pino'
import type { CardOptions } from '../bot/views/card/card-options.js'
import type { Settings } from '../config.js'
import type { Configuration } from '../domain/configuration.js'
import type { Traces } from '../domain/traces.js'
import type { Github } from '../integrations/github/open-github.js'
import type { Resources } from './resources.js'

export interface BotParts {
  readonly settings: Settings
  readonly resources: Resources
  readonly configuration: () => Configuration
  readonly log: Logger
  /** Slipway's own environment: what git sees of it. */
  readonly environment: NodeJS.ProcessEnv
  /** Blanks the secrets in a text: nothing that the bot says may show one. */
  readonly blank: (text: string) => string
  readonly traces: Traces
  /** To our own pages and Temporal's. */
  readonly links: CardOptions['links']
  /** Null where Slipway is not signed in to GitHub. */
  readonly github: Github | null
}
