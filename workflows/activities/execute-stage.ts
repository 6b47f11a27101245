import type { Secrets, StageOrder, StageRunner } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { type StageReport, type StageRun, withoutLeaks } from '../../domain/stage.js'
import { contactOf } from './stage-channel.js'

export interface ExecutionNeeds {
  readonly ledger: Pick<ReleaseStore, 'appendLog' | 'readLog'>
  readonly runnerFor: (kind: StageRun['kind']) => StageRunner
  readonly secrets: Pick<Secrets, 'blank'>
}

/** Runs a stage to its end. What it reports goes into histories and messages, so no output with a secret leaves here. */
export async function executeStage(
  { ledger, runnerFor, secrets }: ExecutionNeeds,
  order: StageOrder,
): Promise<StageReport> {
  const contact = contactOf(order.key, ledger)
  const report = await runnerFor(order.run.kind).execute(order, contact)
  const holdsSecret = (text: string): boolean => secrets.blank(text, order.redact) !== text
  const clean = withoutLeaks(report, order.stage, holdsSecret)
  if (clean === report) return report
  const leaking = Object.keys(report.outputs).filter((key) => !(key in clean.outputs))
  const line = `[slipway: not kept, for it holds a secret: output ${leaking.join(', ')}]\n`
  const log = await contact.logged()
  if (!log.endsWith(line)) await contact.log(log.length, line)
  return { ...clean, tail: `${clean.tail}${line}` }
}
