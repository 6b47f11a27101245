import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { createRedactor } from './redact.js'

const TAIL = 2_000

/** The log of a job as its supervisor writes it: redacted, bounded, with its last lines available. */
export interface JobLog {
  /** Bytes of the command's output. */
  write(chunk: Buffer): void
  /** A line of Slipway's own. */
  note(text: string): void
  /** Closes the log; returns its last lines, at most 2,000 characters. What comes later is dropped. */
  end(): string
}

/** The last lines of a text that fit. */
function lastLines(text: string): string {
  if (text.length <= TAIL) return text
  const last = text.slice(-TAIL)
  const line = last.indexOf('\n')
  return line === -1 || line === last.length - 1 ? last.replace(/^[\uDC00-\uDFFF]/, '') : last.slice(line + 1)
}

/**
 * Opens the log file for appending. `limit` is the maximum number of characters in the file; beyond it the log says that it
 * was cut and the rest is dropped, except from the tail. A full disk never stops the command: what could not be written is
 * reported in the tail.
 */
export function openJobLog(file: string, secrets: readonly string[], limit: number): JobLog {
  const fd = openSync(file, 'a', 0o600)
  const redactor = createRedactor(secrets)
  const decoder = new StringDecoder('utf8')
  let written = readFileSync(file, 'utf8').length
  let cut = written > limit
  let tail = ''
  let fault: string | null = null
  let isOpen = true

  function toFile(text: string): void {
    try {
      appendFileSync(fd, text)
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error)
    }
  }

  function append(redacted: string): void {
    if (!isOpen) return
    // PostgreSQL cannot store NUL in a text.
    const text = redacted.replaceAll('\0', '\uFFFD')
    if (text === '') return
    tail = (tail + text).slice(-2 * TAIL)
    if (cut) return
    const room = Math.max(0, limit - written)
    const fitting = text.length <= room ? text : text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '')
    toFile(fitting)
    written += fitting.length
    cut = text.length > room
    if (cut) toFile(`\n[slipway: log cut at ${limit} characters; the command goes on]\n`)
  }

  return {
    write: (chunk) => append(redactor.push(decoder.write(chunk))),
    note: (text) => append(`${tail === '' || tail.endsWith('\n') ? '' : '\n'}[slipway: ${text}]\n`),
    end: () => {
      append(redactor.push(decoder.end()) + redactor.end())
      isOpen = false
      closeSync(fd)
      return lastLines(fault === null ? tail : `${tail}\n[slipway: log incomplete, ${fault}]\n`)
    },
  }
}
