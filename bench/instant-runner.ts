import type { StageRunner } from '../domain/ports.js'

/** Runs no command at all: only the orchestration and records of a stage remain. */
export const instantRunner: StageRunner = {
  kind: 'shell',
  execute: async () => {
    const now = new Date().toISOString()
    const report = {
      exit: { kind: 'exited', code: 0 },
      outputs: {},
      tail: '',
      startedAt: now,
      finishedAt: now,
    } as const
    return Promise.resolve(report)
  },
}

export interface SwitchedRunner extends StageRunner {
  use(which: 'shell' | 'instant'): void
}

/** Switches between the two runners for everybody. */
export function switched(shell: StageRunner, instant: StageRunner): SwitchedRunner {
  let present = shell
  return {
    kind: 'shell',
    execute: (order, contact) => present.execute(order, contact),
    use: (which) => {
      present = which === 'shell' ? shell : instant
    },
  }
}
