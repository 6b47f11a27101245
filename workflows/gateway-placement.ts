/** Where workflows are started, and the search attributes that find them in Temporal's UI: the same for every start. */
import type { WorkflowClientInterceptor } from '@temporalio/client'
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common'
import { ownerOf } from './workflow-ids.js'

export interface Placement {
  /** Prefix of every task queue, e.g. `payments-`; empty for none. */
  readonly queuePrefix: string
  /** Whether starts carry {@link searchAttributes}, which the namespace must know. */
  readonly searchable: boolean
}

/** The search attributes of workflows, each of type Keyword. */
export const searchAttributes = { app: 'SlipwayApp', environment: 'SlipwayEnvironment' } as const

/** Completes everything a client starts. */
export function placing({ queuePrefix, searchable }: Placement): WorkflowClientInterceptor {
  const placed = <Options extends { workflowId: string; taskQueue: string }>(options: Options): Options => ({
    ...options,
    taskQueue: `${queuePrefix}${options.taskQueue}`,
    ...(searchable ? { typedSearchAttributes: attributesOf(options.workflowId) } : {}),
  })
  return {
    start: (input, next) => next({ ...input, options: placed(input.options) }),
    signalWithStart: (input, next) => next({ ...input, options: placed(input.options) }),
    startUpdateWithStart: (input, next) =>
      next({ ...input, workflowStartOptions: placed(input.workflowStartOptions) }),
  }
}

function attributesOf(workflowId: string): TypedSearchAttributes {
  const { app, environment } = ownerOf(workflowId)
  const pair = (name: string, value: string | null) =>
    value === null ? [] : [{ key: defineSearchAttributeKey(name, 'KEYWORD'), value }]
  return new TypedSearchAttributes([
    ...pair(searchAttributes.app, app),
    ...pair(searchAttributes.environment, environment),
  ])
}
