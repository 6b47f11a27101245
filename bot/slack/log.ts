/** What the bot needs of a structured logger; pino's fits. */
export interface BotLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
