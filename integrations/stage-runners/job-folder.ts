import { createHash } from 'node:crypto'
import { access, open, rename } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from '../host/sync-folder.js'
import { orNullIfMissing } from '../host/system-error.js'

/** The name of a job's lock, held by its supervisor as long as the command runs. */
export const JOB_LOCK = 'lock'

const RESERVED_BYTES = 16_384

/** Where this host keeps the folders of its jobs, in `SLIPWAY_DATA`. */
export const jobsFolder = (dataFolder: string): string => path.resolve(dataFolder, 'jobs')

/** The files of one job. */
export interface JobFiles {
  readonly folder: string
  /** Identity of the command, which leads its process group. */
  readonly pid: string
  /** The redacted log. */
  readonly log: string
  /** The report; it appears atomically, by rename, and never changes. */
  readonly exit: string
  /** Space reserved for the report before the command starts, so that a full disk cannot lose the result. */
  readonly reserve: string
  /** The only folder here that the command may write to. */
  readonly out: string
  /** `$SLIPWAY_OUTPUT`, in that folder. */
  readonly output: string
  /** The `TMPDIR` of a command with its own user. */
  readonly temporary: string
  /** The user that the command runs as, if it has its own. */
  readonly user: string
  /** The `/etc/resolv.conf` of a command with its own network. */
  readonly resolver: string
  readonly startedAt: string
  /** If present, asks the supervisor to end the command. */
  readonly cancel: string
  /** The pipe between command and supervisor; its name exists only briefly. */
  readonly pipe: string
}

/** The files of the job in this folder. */
export function jobFiles(folder: string): JobFiles {
  return {
    folder,
    pid: path.join(folder, 'pid'),
    log: path.join(folder, 'log'),
    exit: path.join(folder, 'exit'),
    reserve: path.join(folder, 'exit.reserve'),
    out: path.join(folder, 'out'),
    output: path.join(folder, 'out', 'output'),
    temporary: path.join(folder, 'tmp'),
    user: path.join(folder, 'user'),
    resolver: path.join(folder, 'resolv.conf'),
    startedAt: path.join(folder, 'started_at'),
    cancel: path.join(folder, 'cancel'),
    pipe: path.join(folder, 'pipe'),
  }
}

/** A folder name for an idempotency key: readable, and different for different keys. */
export function jobFolderName(key: string): string {
  const readable = key
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 80)
  return `${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}

/** Whether the file exists. Throws if that cannot be determined. */
export async function exists(file: string): Promise<boolean> {
  return (await orNullIfMissing(access(file).then(() => true))) ?? false
}

async function replaceContent(file: string, text: string, flags: 'w' | 'r+'): Promise<void> {
  const handle = await open(file, flags, 0o600)
  try {
    await handle.write(text, 0)
    await handle.truncate(Buffer.byteLength(text))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file atomically, so that it survives a power failure. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await replaceContent(`${file}.part`, text, 'w')
  await rename(`${file}.part`, file)
  await syncFolder(path.dirname(file))
}

/** Reserves the space for the report. Throws if the disk is full. */
export async function reserveReport(files: JobFiles): Promise<void> {
  await replaceContent(files.reserve, ' '.repeat(RESERVED_BYTES), 'w')
}

/** Like {@link writeWhole}, into the space that {@link reserveReport} reserved. */
export async function writeReport(files: JobFiles, text: string): Promise<void> {
  await replaceContent(files.reserve, text, 'r+')
  await rename(files.reserve, files.exit)
  await syncFolder(files.folder)
}
