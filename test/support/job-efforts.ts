/**
 * What the everyday jobs of a team should cost, as the findings of a walk through Slack put it: the ideal of each row of their table
 * "Ten jobs", counted in keys and presses. A journey holds what people really do against it, with one press to spare.
 */
export interface Effort {
  readonly presses: number
  /** Characters, with the name of the command. */
  readonly keys: number
  /** The row of the findings. */
  readonly ideal: string
}

export const efforts = {
  'cut → production': {
    presses: 7,
    keys: 31,
    ideal: '1 command and 7 taps; accepting in production is optional',
  },
  hotfix: { presses: 4, keys: 21, ideal: '`/release hotfix #4812` and 4 taps' },
  'roll back a failed one': { presses: 2, keys: 0, ideal: '2 taps' },
  'roll back a live but bad one': { presses: 2, keys: 0, ideal: '2 taps on the card' },
  'who must approve?': { presses: 0, keys: 0, ideal: 'nothing: the card says it' },
  'what is on staging?': { presses: 0, keys: 22, ideal: 'one line' },
  'what changed since production?': { presses: 1, keys: 0, ideal: '1 tap on Changes' },
  'why is it stuck?': { presses: 0, keys: 12, ideal: '`/release why`' },
  'extend a preview': { presses: 0, keys: 15, ideal: '`/release extend`' },
  'lock for a demo': { presses: 0, keys: 34, ideal: 'one line, or a form with reason and end preset' },
  'pick a fix': { presses: 4, keys: 0, ideal: 'the menu, its entry, a commit to tick, submit' },
} as const satisfies Readonly<Record<string, Effort>>

export type Job = keyof typeof efforts
