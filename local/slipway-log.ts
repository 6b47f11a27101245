import { z } from 'zod'

/** The fields of Slipway's log lines that matter to people when it fails to start. */
const logLine = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
})
const WARNING = 40
const MOST_LINES = 12

/**
 * The end of Slipway's log for people: its plain-text output, and the warnings and errors among its JSON
 * lines, each once. Stack traces are left out.
 */
export function readableLog(tail: string): string {
  const lines = tail.split('\n').flatMap(readableLine)
  return [...new Set(lines)].slice(-MOST_LINES).join('\n')
}

function readableLine(line: string): readonly string[] {
  if (line.startsWith('{')) {
    const read = parse(line)
    if (read === null || read.level < WARNING) return []
    return [read.err === undefined ? read.msg : `${read.msg}: ${read.err.message}`]
  }
  return line.trim() === '' || /^\s+at /.test(line) ? [] : [line]
}

function parse(line: string): z.infer<typeof logLine> | null {
  try {
    return logLine.safeParse(JSON.parse(line)).data ?? null
  } catch {
    // An incomplete line that is still being written.
    return null
  }
}
