/** Stores pushes in the inbox, from webhooks and from polling. */
import type { NewOrder, Receipt } from '../../db/receive.js'
import { type AppName, SLIPWAY } from '../../domain/identifiers.js'
import type { PushIntent } from '../../domain/intent.js'

export interface PushInbox {
  receive(order: NewOrder): Promise<Receipt>
  /** Wakes the inbox worker. */
  onStored(): void
}

/** A push to one branch of one app. */
export type SeenPush = Omit<PushIntent, 'kind'>

/** A forge waits up to 10 s for an answer. */
const DEADLINE_MS = 5_000

/** Stores a push once by its key; `too-late` means that it was not recorded and must be sent again. */
export async function recordPush(inbox: PushInbox, key: string, push: SeenPush): Promise<Receipt> {
  const receipt = await inbox.receive({
    key,
    intent: { kind: 'push', ...push },
    actor: { user: SLIPWAY },
    reply: { responseUrl: null, channel: null, thread: null },
    workflowKey: pushWorkflowKey(push.app, push.branch),
    joinKey: null,
    deadlineMs: DEADLINE_MS,
  })
  if (receipt === 'stored') inbox.onStored()
  return receipt
}

/** Pushes to a branch are handled one after the other. */
const pushWorkflowKey = (app: AppName, branch: string): string => `delivery/${app}/${branch}`
