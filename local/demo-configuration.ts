import { dirname } from 'node:path'

/** The demo's `slipway.yaml`: written once into the data folder, where people may edit it. */
export interface DemoPlaces {
  /** The demo app's bare repository. */
  readonly repository: string
  /** Where the demo's environments live. */
  readonly hostUrl: string
}

/** Integration follows `main` automatically; staging is accepted by QA; production takes two approvals, four eyes. */
export function demoConfiguration({ repository, hostUrl }: DemoPlaces): string {
  // They only read the checkout, and of the network they can reach only the demo's host.
  const within = `checkout: shared, network: none, ports: [${new URL(hostUrl).port}]`
  const stages = [
    'template: deploy/app.yaml',
    `variables: { DEMO_HOST_URL: ${JSON.stringify(hostUrl)} }`,
    `setup: { run: deploy/setup.sh, timeout: 2m, ${within} }`,
    `patch: { run: deploy/patch.sh, timeout: 2m, ${within} }`,
    `check: { run: deploy/smoke.sh, timeout: 1m, ${within} }`,
    `teardown: { run: deploy/teardown.sh, timeout: 2m, ${within} }`,
  ]
  const environment = (name: string, gates: readonly string[]): string =>
    [`      - name: ${name}`, ...[...gates, ...stages].map((line) => `        ${line}`)].join('\n')
  return `# The demo of \`npm start\`. Every key is explained in docs/configuration.md; a change is read with SIGHUP.
command: /release
roles:
  releasers: [U01ALICE, U01BOB]
  qa: [U01QUINN]
  release-managers: [U01ALICE, U01BOB, U01CAROL]
apps:
  shop:
    repository: ${JSON.stringify(repository)}
    trunk: main
    channel: C01SHOP
    version: calendar
    permissions:
      cut: [releasers]
      freeze: [release-managers]
      thaw: [release-managers]
      override: [release-managers]
    build: { run: npm run build, artifacts: [dist], timeout: 5m, network: none }
${sandboxLines(process.execPath)}    environments:
${environment('integration', ['mode: continuous'])}
${environment('staging', ['accept: { from: [qa] }'])}
${environment('production', ['approve: { from: [release-managers], count: 2, fourEyes: true }'])}
    previews: { like: integration, expires: 3d, notice: [24h, 2h], extensions: 3, maxAge: 7d, most: 3 }
`
}

/** If Node is not in a system folder, the sandbox of the stages has to include it. */
function sandboxLines(node: string): string {
  if (node.startsWith('/usr/')) return ''
  return `    sandbox: { read: [${JSON.stringify(dirname(dirname(node)))}] }\n`
}
