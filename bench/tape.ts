/** Records the activity calls of Slipway's workflows during one release, and turns them into a plain workflow's steps. */
import { Context } from '@temporalio/activity'
import { MAIN_QUEUE } from '../workflows/workflow-ids.js'
import type { PlainCall } from './plain.workflow.js'

export interface Taped {
  /** `release`, or the environment of a lane or deployment. */
  readonly by: string
  readonly workflow: string
  readonly call: PlainCall
}

export interface Tape {
  /** The same activities, with each call recorded while the tape runs. */
  wrap<Activities extends object>(activities: Activities): Activities
  start(): void
  /** Marks the point at which a person ordered something. */
  update(): void
  stop(): readonly (Taped | 'update')[]
}

export function createTape(): Tape {
  let running = false
  let taped: (Taped | 'update')[] = []
  const note = (name: string, args: readonly unknown[]): void => {
    const { taskQueue, activityType, workflowType = '', workflowExecution, isLocal } = Context.current().info
    const workflow = workflowExecution?.workflowId ?? ''
    // A plain workflow carries out nobody's order, so there is none to prove.
    const given = name === 'recordChange' ? args.slice(0, 2) : args
    const copied: readonly unknown[] = JSON.parse(JSON.stringify(given))
    // A host's activity may carry out one of the main queue.
    const queue = activityType === name ? taskQueue : MAIN_QUEUE
    const call = { name, queue, local: isLocal, args: copied }
    taped.push({ by: workflowType, workflow, call })
  }
  return {
    wrap: (activities) =>
      new Proxy(activities, {
        get: (target, name, receiver) => {
          const activity: unknown = Reflect.get(target, name, receiver)
          if (typeof activity !== 'function' || typeof name !== 'string') return activity
          return (...args: readonly unknown[]): unknown => {
            if (running) note(name, args)
            return Reflect.apply(activity, target, args)
          }
        },
      }),
    start: () => {
      running = true
      taped = []
    },
    update: () => void taped.push('update'),
    stop: () => {
      running = false
      return taped
    },
  }
}
