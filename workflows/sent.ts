/** What workflows hear besides people's orders, as it is written down before it is sent; see `domain/evidence.ts`. */
import type { Announcement } from '../domain/delivery/state.js'
import type { Judgement } from '../domain/environment/attempt-end.js'
import type { DeploymentReport } from '../domain/environment/state.js'
import type { Sent } from '../domain/evidence.js'
import { SLIPWAY } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { DeploymentView } from '../domain/views.js'

/** Writes down what is about to be sent: workflows believe nothing else. */
export type RecordSent = (sent: Sent) => Promise<void>

/** The name of a report among all that a release hears. */
const keyOfReport = ({ deploymentId, to }: DeploymentReport): string => `${deploymentId}/${to ?? 'replaced'}`

/** How a configuration is sent: see {@link believed}. */
export const configurationSent = (app: AppDefinition) =>
  ({ verb: 'configure', key: app.configHash, by: SLIPWAY, order: app }) as const

export const reportSent = (report: DeploymentReport) =>
  ({ verb: 'report', key: keyOfReport(report), by: SLIPWAY, order: report }) as const

/** A person's judgement, from the release to the environment. */
export const judgementSent = (judgement: Judgement) =>
  ({
    verb: 'judged',
    key: `${judgement.deploymentId}/${judgement.acceptance}`,
    by: SLIPWAY,
    order: judgement,
  }) as const

/** What the environments of a release wrote while it had no workflow. */
export const restoreSent = (written: readonly DeploymentView[]) =>
  ({ verb: 'restore', key: 'written', by: SLIPWAY, order: written }) as const

/** A push to a branch, with the configuration that says what is done about it. */
export const pushSent = (app: AppDefinition, push: Announcement) =>
  ({ verb: 'push', key: push.key, by: SLIPWAY, order: [app, push] }) as const
