/** Answers what runs where, and shows the details of one environment. */
import type { EnvironmentView } from '../../../domain/views.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { MessageWithButtons } from '../../views/message.js'
import {
  environmentMessage,
  environmentsMessage,
  whereMessage,
  whereTableMessage,
} from '../../views/read-views.js'
import { withoutButtons } from '../../views/without-buttons.js'
import type { ReadAnswer, Reading } from './answer.js'

/** All environments, one by name, or the details of one with its buttons. */
export async function where(
  request: Extract<ReadRequest, { kind: 'where' | 'environments' | 'environment' }>,
  reading: Reading,
): Promise<ReadAnswer> {
  const { reads, apps } = reading
  const asked = request.app === null ? apps : [request.app]
  const all = await reads.environments(...asked)
  const living = all.filter(({ detail, state }) => !detail.preview || state !== 'absent' || detail.place)
  if (request.kind === 'environments') return show(environmentsMessage(living))
  const name = request.environment
  if (name === null && new Set(living.map(({ app }) => app)).size > 1)
    return show(whereTableMessage(living, reading.command))
  if (name === null) return withButtons(whereMessage(living), reading)
  const named = all.filter((environment: EnvironmentView) => environment.name === name)
  const [only] = named
  if (request.kind === 'environment' && only) return withButtons(environmentMessage(only), reading)
  if (named.length > 0) return withButtons(whereMessage(named), reading)
  const names = [...new Set(all.map((environment) => environment.name))]
  return refuse({ code: 'unknown-environment', text: name, nearest: names.slice(0, 5) })
}

/** Removes buttons that the asker may not press, and stores the targets of the others before they are shown. */
export async function withButtons(
  message: MessageWithButtons,
  { reads, mayPress }: Pick<Reading, 'reads' | 'mayPress'>,
): Promise<ReadAnswer> {
  const may = await Promise.all(message.buttons.map(mayPress))
  const left = message.buttons.filter((_, index) => may[index] === false)
  const { text, blocks, buttons } = left.length === 0 ? message : withoutButtons(message, left)
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
