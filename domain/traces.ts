/** What is done for an order, told to whoever follows it from the press to the card. */

/** The order that a step is done for, by its key in the inbox; null: none that is known, so nobody follows the step. */
export type OrderBehind = () => Promise<string | null>

export interface Step {
  /** What is done, in few words, e.g. `carry out promote`. */
  readonly name: string
  /** Which, e.g. `{ 'slipway.app': 'shop' }`. */
  readonly about?: Readonly<Record<string, string | number>>
}

/** How it is told to a collector of OpenTelemetry. */
export interface TraceSettings {
  readonly protocol: 'http/json' | 'http/protobuf'
  /** Which part of all orders is followed, from 0 to 1. */
  readonly ratio: number
}

/** Ids for the lines of the log. */
export type TraceIds = Readonly<Record<string, string>>

export interface Traces {
  /** Records an order: the step that all others of it hang from, told when `isNew` says so of the result. */
  begin<Result>(
    order: string,
    step: Step,
    work: { readonly run: () => Promise<Result>; readonly isNew: (result: Result) => boolean },
  ): Promise<Result>
  /** Does a step of an order. What it throws is told, and thrown; where `isWaiting` says so nothing is told. */
  step<Result>(
    order: OrderBehind,
    step: Step,
    run: () => Promise<Result>,
    isWaiting?: (error: unknown) => boolean,
  ): Promise<Result>
  /** Does a part of the step that this is in; outside of any it is only done. */
  part<Result>(step: Step, run: () => Promise<Result>): Promise<Result>
  /** W3C's `traceparent` of the step that this is in; null outside of any. */
  parent(): string | null
  ids(): TraceIds
  /** Sends what is not sent yet. */
  close(): Promise<void>
}

/** Nobody follows anything. */
export const noTraces: Traces = {
  begin: (_order, _step, { run }) => run(),
  step: (_order, _step, run) => run(),
  part: (_step, run) => run(),
  parent: () => null,
  ids: () => ({}),
  close: () => Promise.resolve(),
}
