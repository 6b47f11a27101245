/** An app as parsed from a configuration file, so that rules are tested on definitions that can exist. */
import { parseConfiguration } from '../../config.js'
import type { AppDefinition } from '../../domain/pipeline.js'

const environments = `
      - { name: integration, mode: continuous, patch: { run: patch.sh }, check: { run: check.sh } }
      - { name: staging, accept: { from: [qa] }, patch: { run: patch.sh }, check: { run: check.sh } }
      - name: production
        approve: { from: [managers], count: 2, fourEyes: true }
        patch: { run: patch.sh }
        check: { run: check.sh }`

export interface AppParts {
  /** Entries of `environments`, indented by six. */
  readonly environments?: string
  /** Further keys of the app, indented by four. */
  readonly more?: string
}

/** integration (continuous), staging (accepted by qa), production (two approvals, four eyes), unless told otherwise. */
export function anApp(parts: AppParts = {}): AppDefinition {
  const file = `roles:
  releasers: [U01ALICE, U01BOB]
  qa: [U01QUINN]
  managers: [U01ALICE, U01BOB, U01CAROL]
apps:
  shop:
    repository: https://github.com/acme/shop.git
    channel: C01SHOP
    permissions: { cut: [releasers] }
    build: { run: npm run build, artifacts: [dist] }
    environments:${parts.environments ?? environments}
${parts.more ?? ''}`
  const parsed = parseConfiguration(file, 'slipway.yaml')
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.problems))
  const [app] = parsed.configuration.apps
  if (!app) throw new Error('The file has no app')
  return app
}
