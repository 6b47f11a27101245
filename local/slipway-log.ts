import { z } from 'zod'

/** What Slipway's log lines have of interest for people who see them fail to start. */
const logLine = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
})
const WARNING = 40
const MOST_LINES = 12

/**
 * The end of Slipway's log as people read it: what it printed as plain text, and of its JSON lines the warnings and
 * errors, each once. Stack traces are left out.
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
    // It is still being written.
    return null
  }
}
