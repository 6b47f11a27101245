import { type CardOptions } from '../bot/views/card/card-options.js'
import type { Settings } from '../config.js'
import { deriveLinkSecret, signLink } from '../http/signed-link.js'
import { releaseWorkflowId } from '../workflows/workflow-ids.js'

/** Links from Slack to our own pages: signed for that page when there is a public address, else none. */
export function createLinks(settings: Settings): CardOptions['links'] {
  const { publicUrl } = settings.http
  const { temporalUiUrl, temporalNamespace } = settings
  const secret = linkSecretOf(settings)
  const page = (path: string): string | null =>
    publicUrl === null || secret === null
      ? null
      : `${publicUrl.replace(/\/$/, '')}${signLink(`/api/v1/${path}`, secret, Date.now())}`
  return {
    deploymentLog: (id) => page(`deployments/${id}/log`),
    buildLog: (app, commit) => page(`apps/${app}/builds/${commit}/log`),
    workflow: ({ app, id }) => {
      if (temporalUiUrl === null) return null
      const workflow = encodeURIComponent(releaseWorkflowId(app, id))
      return `${temporalUiUrl.replace(/\/$/, '')}/namespaces/${temporalNamespace}/workflows/${workflow}`
    },
  }
}

/** Null without a public address: then no link is signed and none is accepted. */
export function linkSecretOf({ http, slack }: Settings): string | null {
  return http.publicUrl === null ? null : deriveLinkSecret(http.apiToken ?? slack.botToken)
}
