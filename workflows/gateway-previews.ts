/** Signals to the owner of an app's preview places, which starts with the first of them. */
import type { Client } from '@temporalio/client'
import type { PreviewPlace } from '../domain/environment/preview-places.js'
import type { AppName, CommitSha, EnvironmentName } from '../domain/identifiers.js'
import type { ClosedPullRequest } from '../domain/intent.js'
import * as messages from './messages.js'
import type { previews } from './previews.workflow.js'
import { MAIN_QUEUE, previewsWorkflowId } from './workflow-ids.js'

/** The signals about previews. */
export interface PreviewSignals {
  /**
   * A push to a branch: the previews that follow it are patched. A null commit means that the branch was deleted or its pull
   * request closed: they are torn down after their grace period. Any branch may be reported; a repeat changes nothing.
   */
  previewPush(app: AppName, branch: string, commit: CommitSha | null, pull?: ClosedPullRequest): Promise<void>
  /** Requests a place for a preview; its own workflow is told whether it has one. */
  claimPlace(app: AppName, claim: PreviewPlace & { readonly most: number }): Promise<void>
  /** Gives a preview's place to the next in the queue. */
  freePlace(app: AppName, name: EnvironmentName): Promise<void>
}

export function previewSignals(
  client: Client,
  bounded: (work: () => Promise<unknown>) => Promise<unknown>,
): PreviewSignals {
  const start = (app: AppName) => ({
    workflowId: previewsWorkflowId(app),
    taskQueue: MAIN_QUEUE,
    args: [{ app, places: null }] as [messages.PreviewsInput],
  })
  return {
    previewPush: async (app, branch, commit, pull) => {
      const push = { branch, commit, at: new Date().toISOString(), ...(pull ? { pull } : {}) }
      await bounded(() =>
        client.workflow.signalWithStart<typeof previews, [messages.BranchPush]>('previews', {
          ...start(app),
          signal: messages.previewPushSignal,
          signalArgs: [push],
        }),
      )
    },
    freePlace: async (app, name) => {
      await bounded(() =>
        client.workflow.signalWithStart<typeof previews, [EnvironmentName]>('previews', {
          ...start(app),
          signal: messages.freePlaceSignal,
          signalArgs: [name],
        }),
      )
    },
    claimPlace: async (app, claim) => {
      await bounded(() =>
        client.workflow.signalWithStart<typeof previews, [PreviewPlace & { readonly most: number }]>(
          'previews',
          {
            ...start(app),
            signal: messages.claimPlaceSignal,
            signalArgs: [claim],
          },
        ),
      )
    },
  }
}
