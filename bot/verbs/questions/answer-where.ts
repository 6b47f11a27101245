/** Answers what runs where, and what is to be known of one environment. */
import type { EnvironmentView } from '../../../domain/views.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { MessageWithButtons } from '../../views/message.js'
import { environmentMessage, environmentsMessage, whereMessage } from '../../views/read-views.js'
import type { ReadAnswer, Reading } from './answer.js'

/** Of all environments, of one by name, or the whole picture of one with its buttons. */
export async function where(
  request: Extract<ReadRequest, { kind: 'where' | 'environments' | 'environment' }>,
  { reads, apps }: Reading,
): Promise<ReadAnswer> {
  const asked = request.app === null ? apps : [request.app]
  const all = (await Promise.all(asked.map((app) => reads.environments(app)))).flat()
  const living = all.filter(({ detail, state }) => !detail.preview || state !== 'absent' || detail.place)
  if (request.kind === 'environments') return show(environmentsMessage(living))
  const name = request.environment
  if (name === null) return show(whereMessage(living))
  const named = all.filter((environment: EnvironmentView) => environment.name === name)
  const [only] = named
  if (request.kind === 'environment' && only) return withButtons(environmentMessage(only), reads)
  if (named.length > 0) return show(whereMessage(named))
  const names = [...new Set(all.map((environment) => environment.name))]
  return refuse({ code: 'unknown-environment', text: name, nearest: names.slice(0, 5) })
}

/** Stores what the buttons mean first: a click must find it. */
export async function withButtons(
  { text, blocks, buttons }: MessageWithButtons,
  reads: Reading['reads'],
): Promise<ReadAnswer> {
  await reads.storeButtons(buttons)
  return show({ text, blocks })
}

const show = (message: Extract<ReadAnswer, { kind: 'shown' }>['message']): ReadAnswer => ({
  kind: 'shown',
  message,
})
const refuse = (refusal: Extract<ReadAnswer, { kind: 'refused' }>['refusal']): ReadAnswer => ({
  kind: 'refused',
  refusal,
})
