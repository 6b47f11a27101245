import { createHash } from 'node:crypto'
import { access, open, rename } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from '../host/sync-folder.js'
import { orNullIfMissing } from '../host/system-error.js'

/** The name of a job's lock, held by its supervisor for as long as the command lives. */
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
  /** The report; it appears whole, by rename, and never changes. */
  readonly exit: string
  /** Space set aside for the report before the command starts, so that a full disk cannot lose its end. */
  readonly reserve: string
  /** The one folder here that the command may write to. */
  readonly out: string
  /** `$SLIPWAY_OUTPUT`, in that folder. */
  readonly output: string
  /** Where a command of a user of its own puts what is temporary. */
  readonly temporary: string
  /** The user that the command runs as, where it has one of its own. */
  readonly user: string
  /** What a command with a network of its own sees as `/etc/resolv.conf`. */
  readonly resolver: string
  readonly startedAt: string
  /** Its presence asks the supervisor to end the command. */
  readonly cancel: string
  /** The pipe between command and supervisor; it has a name only for a moment. */
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

/** A folder name for an idempotency key: readable, and distinct for distinct keys. */
export function jobFolderName(key: string): string {
  const readable = key
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 80)
  return `${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}

/** Whether the file exists. Throws when that cannot be told. */
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

/** Writes a file so that it is there whole or not at all, also after a power failure. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await replaceContent(`${file}.part`, text, 'w')
  await rename(`${file}.part`, file)
  await syncFolder(path.dirname(file))
}

/** Takes the space the report will need. Throws when the disk is full. */
export async function reserveReport(files: JobFiles): Promise<void> {
  await replaceContent(files.reserve, ' '.repeat(RESERVED_BYTES), 'w')
}

/** As {@link writeWhole}, into the space {@link reserveReport} took. */
export async function writeReport(files: JobFiles, text: string): Promise<void> {
  await replaceContent(files.reserve, text, 'r+')
  await rename(files.reserve, files.exit)
  await syncFolder(files.folder)
}
