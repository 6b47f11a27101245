/** The checkouts of this host's stages, as its sandbox permits them. */
import type { WorkerSettings } from '../config.js'
import type { Checkouts } from '../domain/checkouts.js'
import { type Configuration, findApp } from '../domain/configuration.js'
import type { Git } from '../domain/ports.js'
import { createCheckouts } from '../integrations/checkouts/create-checkouts.js'
import type { Sandbox } from '../integrations/sandbox/find-sandbox.js'
import { checkoutsFolderOf } from './work-folder.js'

export interface CheckoutParts {
  readonly settings: Pick<WorkerSettings, 'dataFolder'>
  readonly configuration: () => Configuration
  readonly sandbox: Sandbox
  readonly git: Pick<Git, 'checkout'>
}

/**
 * An app that writes to the machine gets copies instead of layers: what it talks to there, such as a Docker daemon, must find the
 * same files under the same path.
 */
export function openCheckouts({ settings, configuration, sandbox, git }: CheckoutParts): Checkouts {
  return createCheckouts({
    folder: checkoutsFolderOf(settings.dataFolder),
    git,
    protect: sandbox.kind === 'off',
    layered: (app) =>
      whyNoLayers(sandbox) === null && (findApp(configuration(), app)?.sandbox?.write ?? []).length === 0,
  })
}

/** Why a stage's checkout is a copy here; null: it is a layer over a shared checkout. */
export function whyNoLayers(sandbox: Sandbox): string | null {
  return sandbox.kind === 'bwrap' ? sandbox.noLayers : 'layers take bubblewrap'
}
