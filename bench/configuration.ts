/** The `slipway.yaml` of the benchmarks: stages do nothing, so that only Slipway is measured. */

/** Reads the path of the demo's repository from the demo's own configuration. */
export function repositoryIn(demoYaml: string): string {
  const [, repository] = /repository: (.*)/.exec(demoYaml) ?? []
  if (repository === undefined) throw new Error("The demo's configuration names no repository")
  return repository
}

/** An app that stops after its build. */
export const bareApp = (name: string, repository: string): string => app(name, repository, [])

/** Three environments, each with a patch and a check that do nothing; two of them wait for people. */
export const threeStepApp = (name: string, repository: string): string =>
  app(name, repository, [
    '{ name: integration, mode: continuous, patch: { run: "true" }, check: { run: "true" } }',
    '{ name: staging, accept: { from: [everyone] }, patch: { run: "true" }, check: { run: "true" } }',
    '{ name: production, accept: { from: [everyone] }, patch: { run: "true" }, check: { run: "true" } }',
  ])

function app(name: string, repository: string, environments: readonly string[]): string {
  const places = environments.map((one) => `\n      - ${one}`).join('')
  return `  ${name}:
    repository: ${repository}
    trunk: main
    channel: C01SHOP
    version: calendar
    tag: ${name}-v{version}
    permissions: { cut: [everyone], approve: [everyone] }
    build: { run: "true", artifacts: [package.json] }
    environments:${places === '' ? ' []' : places}
`
}

export function configurationOf(apps: readonly string[]): string {
  return `command: /release
roles: { everyone: [U01ALICE, U01BOB, U01CAROL, U01QUINN] }
apps:
${apps.join('')}`
}
