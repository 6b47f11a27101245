import path from 'node:path'
import { z } from 'zod'
import { stageNetworks } from '../domain/sandbox.js'
import type { StageRun } from '../domain/stage.js'
import { group, listOf } from './collections.js'
import { choiceField, countField, type FieldResult, field, mistake, ok, readText, say } from './fields.js'

/** The whole file system, or Slipway's processes. */
const forbidden = /^(?:\/|~|\/sys|\/dev|\/proc(?:\/.*)?)$/

/** A file or folder of the machine, outside the repository. */
function hostPathField(): z.ZodType<string> {
  return field((value): FieldResult<string> => {
    const text = readText(value, '/opt/tools')
    if (text.kind === 'mistake') return text
    const given = text.value
    const rooted = given.startsWith('/') || given === '~' || given.startsWith('~/')
    const isPlain = path.posix.normalize(given) === given && (given === '/' || !given.endsWith('/'))
    if (!rooted || !isPlain || given.includes('\0')) {
      return mistake(
        `${say(given)} is not a whole path of the machine`,
        'write an absolute path without .. or a slash at its end, for example /opt/tools or ~/.cargo',
      )
    }
    if (!forbidden.test(given)) return ok(given)
    return mistake(`${say(given)} would open the machine itself`, 'name the folders that the commands need')
  })
}

const paths = listOf(hostPathField(), { example: '[/opt/tools]' })

/** What an app's commands can access on the machine besides their own files. */
export const sandbox = group(
  { read: paths.optional(), write: paths.optional() },
  { example: '{ read: [/opt/tools], write: [/var/run/docker.sock] }' },
)

/** What a command can reach over the network: keys next to `run`. */
export const reach = {
  network: choiceField(stageNetworks).optional(),
  ports: listOf(countField(1, 65_535), { example: '[5432]' }).optional(),
}

const given = z.object(reach)

/** An omitted value and the written default mean the same, so they must hash the same. */
export function buildReach({
  network = 'outside',
  ports = [],
}: z.output<typeof given>): Pick<Extract<StageRun, { kind: 'shell' }>, 'network' | 'ports'> {
  return {
    ...(network === 'outside' ? {} : { network }),
    ...(ports.length === 0 ? {} : { ports: [...new Set(ports)].toSorted((one, other) => one - other) }),
  }
}
