import { type Logger, LogLevel } from '@slack/bolt'
import type { BotLog } from './log.js'

/** Passes Bolt's free-form log lines on as structured fields. Its debug lines hold whole payloads and are dropped. */
export function boltLogger(log: BotLog): Logger {
  const said = (parts: readonly unknown[]): { bolt: unknown[] } => ({ bolt: parts.map(readable) })
  return {
    debug: () => undefined,
    info: (...parts) => log.debug(said(parts), 'Bolt'),
    warn: (...parts) => log.warn(said(parts), 'Bolt'),
    error: (...parts) => log.error(said(parts), 'Bolt'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}

const readable = (part: unknown): unknown => (part instanceof Error ? `${part.name}: ${part.message}` : part)
