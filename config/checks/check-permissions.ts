import type { AppOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Checks that approvers and accepters are configured in only one place, so that neither setting is silently ignored. */
export function checkPermissions(app: AppOutline, path: Path): PlacedMistake[] {
  const said = app.environments.flatMap((environment) => [
    ...(environment.approve.some(({ from }) => from.length > 0)
      ? [{ verb: 'approve', name: environment.name }]
      : []),
    ...(environment.accept.from.length > 0 ? [{ verb: 'accept', name: environment.name }] : []),
  ])
  return ['approve', 'accept'].flatMap((verb) => {
    const names = said.filter((one) => one.verb === verb).map((one) => one.name)
    if (names.length === 0 || app.permissions[verb] === undefined) return []
    const message = `${names.join(', ')} already says in ${verb}.from who may ${verb}`
    const fix = `remove permissions.${verb}, or ${verb}.from of ${names.join(', ')}`
    return [{ path: [...path, 'permissions', verb], at: 'key' as const, message, fix }]
  })
}
