import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { StageReport } from '../../domain/stage.js'
import { orNullIfMissing } from '../host/system-error.js'
import type { JobFiles } from './job-folder.js'
import { JobError } from './runner-errors.js'

const reportSchema = z.object({
  exit: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('exited'), code: z.number() }),
    z.object({ kind: z.literal('timed-out'), afterMs: z.number() }),
    z.object({ kind: z.literal('cancelled') }),
  ]),
  outputs: z.record(z.string(), z.string()),
  tail: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
})

/** The report of a job that ended, else `null`. Throws {@link JobError} if the file is damaged. */
export async function readReport(files: JobFiles): Promise<StageReport | null> {
  const text = await orNullIfMissing(readFile(files.exit, 'utf8'))
  if (text === null) return null
  try {
    return reportSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new JobError(`The report ${files.exit} is damaged`, { cause: error })
  }
}
