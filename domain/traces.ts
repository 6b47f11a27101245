/** Traces of the steps done for an order, from the click to the card. */

/** The order that a step belongs to, by its key in the inbox; null: unknown, so the step is not traced. */
export type OrderBehind = () => Promise<string | null>

export interface Step {
  /** The name of the step, e.g. `carry out promote`. */
  readonly name: string
  /** Its attributes, e.g. `{ 'slipway.app': 'shop' }`. */
  readonly about?: Readonly<Record<string, string | number>>
}

/** How traces are sent to an OpenTelemetry collector. */
export interface TraceSettings {
  readonly protocol: 'http/json' | 'http/protobuf'
  /** The share of orders that are traced, from 0 to 1. */
  readonly ratio: number
}

/** Ids for log lines. */
export type TraceIds = Readonly<Record<string, string>>

export interface Traces {
  /** Records an order as the root span of all its steps; sent only if `isNew` accepts the result. */
  begin<Result>(
    order: string,
    step: Step,
    work: { readonly run: () => Promise<Result>; readonly isNew: (result: Result) => boolean },
  ): Promise<Result>
  /** Runs a step of an order. What it throws is recorded and rethrown; where `isWaiting` returns true, nothing is recorded. */
  step<Result>(
    order: OrderBehind,
    step: Step,
    run: () => Promise<Result>,
    isWaiting?: (error: unknown) => boolean,
  ): Promise<Result>
  /** Runs a part of the current step; outside of a step it is only run. */
  part<Result>(step: Step, run: () => Promise<Result>): Promise<Result>
  /** W3C's `traceparent` of the current step; null outside of any. */
  parent(): string | null
  ids(): TraceIds
  /** Sends what has not been sent yet. */
  close(): Promise<void>
}

/** Traces nothing. */
export const noTraces: Traces = {
  begin: (_order, _step, { run }) => run(),
  step: (_order, _step, run) => run(),
  part: (_step, run) => run(),
  parent: () => null,
  ids: () => ({}),
  close: () => Promise.resolve(),
}
