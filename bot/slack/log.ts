/** The logger interface that the bot needs; compatible with pino. */
export interface BotLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
