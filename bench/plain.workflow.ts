/**
 * The baseline of P.2 and P.3: the activity calls of Slipway's workflows, repeated by a plain parent with one child
 * per environment and nothing else. It decides nothing: calls and their arguments were recorded beforehand.
 */
import {
  condition,
  defineQuery,
  defineUpdate,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'

export interface PlainCall {
  readonly name: string
  readonly queue: string
  readonly local: boolean
  readonly args: readonly unknown[]
}

export type PlainStep =
  | { readonly kind: 'call'; readonly call: PlainCall }
  /** Started in parallel with what follows; awaited at the end. */
  | { readonly kind: 'aside'; readonly call: PlainCall }
  | { readonly kind: 'child'; readonly id: string; readonly calls: readonly PlainCall[] }
  /** Waits for a person's update. */
  | { readonly kind: 'update' }

type Activities = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>

export const plainUpdate = defineUpdate<number>('plainUpdate')
/** How many updates have been waited for. */
export const plainWaiting = defineQuery<number>('plainWaiting')

export async function plainRelease(steps: readonly PlainStep[]): Promise<void> {
  let taken = 0
  let waited = 0
  setHandler(plainUpdate, () => ++taken)
  setHandler(plainWaiting, () => waited)
  const aside: Promise<unknown>[] = []
  for (const step of steps) {
    switch (step.kind) {
      case 'call':
        await carryOut(step.call)
        break
      case 'aside':
        aside.push(carryOut(step.call))
        break
      case 'child':
        await executeChild(plainDeployment, { workflowId: step.id, args: [step.calls] })
        break
      case 'update':
        waited++
        await condition(() => taken >= waited)
        break
    }
  }
  await Promise.all(aside)
}

export async function plainDeployment(calls: readonly PlainCall[]): Promise<void> {
  for (const call of calls) await carryOut(call)
}

async function carryOut({ name, queue, local, args }: PlainCall): Promise<unknown> {
  const activities = local
    ? proxyLocalActivities<Activities>({ startToCloseTimeout: '10 seconds' })
    : proxyActivities<Activities>({
        taskQueue: queue,
        startToCloseTimeout: '10 minutes',
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      })
  return activities[name]?.(...args)
}
