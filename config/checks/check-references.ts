import { CUT } from '../../domain/pipeline.js'
import type { AppOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'
import { unknownName } from './unknown-name.js'

interface Reference {
  readonly path: Path
  readonly name: string
}

/** Checks that every named role and environment exists. */
export function checkReferences(app: AppOutline, path: Path, roles: readonly string[]): PlacedMistake[] {
  const environments = app.environments.map((environment) => environment.name)
  return [
    ...unknown('role', roleReferences(app, path), roles),
    ...unknown('environment', environmentReferences(app, path), environments),
    ...beforeCut(app, path),
  ]
}

/** In `before`, `cut` always means the cut. An automatic cut is not planned, so nothing can be done before it. */
function beforeCut(app: AppOutline, path: Path): PlacedMistake[] {
  const named = app.environments.flatMap(({ name }, index) =>
    name === CUT ? [{ path: [...path, 'environments', index, 'name'] }] : [],
  )
  const cutsBySelf = app.cut === 'automatic' || app.given.includes('train')
  const unplanned = app.checklist.flatMap(({ before }, index) =>
    before === CUT && cutsBySelf ? [{ path: [...path, 'checklist', index, 'before'] }] : [],
  )
  return [
    ...named.map((at) => ({
      ...at,
      message: 'an environment cannot be called cut: a checklist names the cut so',
      fix: 'choose another name',
    })),
    ...unplanned.map((at) => ({
      ...at,
      message: 'nothing is planned before a cut that comes by itself',
      fix: 'name an environment, or cut by hand: cut: manual, without a train',
    })),
  ]
}

function unknown(
  kind: 'role' | 'environment',
  references: readonly Reference[],
  known: readonly string[],
): PlacedMistake[] {
  return references
    .filter(({ name }) => name !== '' && !known.includes(name))
    .map((reference) => ({ path: reference.path, ...unknownName(kind, reference.name, known) }))
}

function roleReferences(app: AppOutline, path: Path): Reference[] {
  return [
    ...Object.entries(app.permissions).flatMap(([verb, names]) =>
      list(names, [...path, 'permissions', verb]),
    ),
    ...Object.entries(app.types).flatMap(([type, { cut }]) => list(cut, [...path, 'types', type, 'cut'])),
    ...app.checklist.map(({ role }, index) => ({ path: [...path, 'checklist', index, 'role'], name: role })),
    ...app.environments.flatMap((environment, index) => [
      ...environment.approve.flatMap(({ from, at }) =>
        list(from, [...path, 'environments', index, ...at, 'from']),
      ),
      ...list(environment.accept.from, [...path, 'environments', index, 'accept', 'from']),
    ]),
  ]
}

function environmentReferences(app: AppOutline, path: Path): Reference[] {
  return [
    { path: [...path, 'previews', 'like'], name: app.previews.like },
    { path: [...path, 'train', 'promote'], name: app.train.promote },
    ...app.checklist.flatMap(({ before }, index) =>
      before === CUT ? [] : [{ path: [...path, 'checklist', index, 'before'], name: before }],
    ),
    ...list(app.github.comments, [...path, 'github', 'comments']),
  ]
}

function list(names: readonly string[], at: Path): Reference[] {
  return names.map((name, index) => ({ path: [...at, index], name }))
}
