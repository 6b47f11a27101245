import { levelsOf } from '../levels.js'
import type { AppOutline, EnvironmentOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'
import { unknownName } from './unknown-name.js'

/** Checks that environments have unique names, an order without cycles, and settings that fit their position. */
export function checkOrder(app: AppOutline, path: Path): PlacedMistake[] {
  const levels = levelsOf(app.environments)
  return app.environments.flatMap((environment, index) => {
    const at = [...path, 'environments', index]
    return [
      ...checkName(app, index, at),
      ...checkAlongside(app, index, at),
      ...checkMode(environment, levels[index] ?? 0, at),
      ...checkFirst(environment, levels[index] ?? 0, at),
    ]
  })
}

function checkName(app: AppOutline, index: number, at: Path): PlacedMistake[] {
  const name = app.environments[index]?.name ?? ''
  const first = app.environments.findIndex((other) => other.name === name)
  if (name === '' || first === index) return []
  const message = `"${name}" is already the name of environments[${first}]`
  return [{ path: [...at, 'name'], message, fix: 'give each environment a name of its own' }]
}

function checkAlongside(app: AppOutline, index: number, at: Path): PlacedMistake[] {
  const { name, alongside } = app.environments[index] ?? { name: '', alongside: '' }
  if (alongside === '') return []
  const path = [...at, 'alongside']
  const names = app.environments.map((environment) => environment.name)
  const target = names.indexOf(alongside)
  if (target < 0) return [{ path, ...unknownName('environment', alongside, names.slice(0, index)) }]
  if (target < index) return []
  const circle = findCircle(app, name)
  const fix = 'name an environment that stands earlier in the list, or remove alongside'
  if (circle.length > 0)
    return [{ path, message: `the order goes round in a circle: ${circle.join(' → ')}`, fix }]
  return [{ path, message: `"${alongside}" comes later in the list`, fix }]
}

/** The names visited when following `alongside` back to the start; empty when it ends elsewhere. */
function findCircle(app: AppOutline, start: string): readonly string[] {
  const passed = [start]
  while (passed.length <= app.environments.length) {
    const here = app.environments.find((environment) => environment.name === passed.at(-1))
    if (here === undefined || here.alongside === '') return []
    passed.push(here.alongside)
    if (here.alongside === start) return passed
  }
  return []
}

function checkMode(environment: EnvironmentOutline, level: number, at: Path): PlacedMistake[] {
  const mistakes: PlacedMistake[] = []
  if (environment.mode === 'continuous' && environment.given.includes('approve')) {
    const message = 'a continuous environment takes what comes, so nobody can approve it'
    mistakes.push({
      path: [...at, 'approve'],
      at: 'key',
      message,
      fix: 'write mode: approval, or remove approve',
    })
  }
  if (environment.mode === 'continuous' && environment.given.includes('change') && level === 0) {
    const message = 'pushes come here without a release that could have a ticket'
    mistakes.push({
      path: [...at, 'change'],
      at: 'key',
      message,
      fix: 'write mode: approval, or remove change',
    })
  }
  if (environment.mode === 'approval' && environment.given.includes('branch')) {
    const message = 'an approval environment follows no branch'
    mistakes.push({
      path: [...at, 'branch'],
      at: 'key',
      message,
      fix: 'remove branch, or write mode: continuous',
    })
  }
  if (environment.mode === 'continuous' && environment.given.includes('branch') && level > 0) {
    const message =
      'only environments of the first level follow a branch; above it, candidates come from below'
    mistakes.push({ path: [...at, 'branch'], at: 'key', message, fix: 'remove branch' })
  }
  return mistakes
}

function checkFirst(environment: EnvironmentOutline, level: number, at: Path): PlacedMistake[] {
  if (level > 0) return []
  return ['requires', 'soak']
    .filter((key) => environment.given.includes(key))
    .map((key) => {
      const message = `${key} is about the level below, and the first level has none`
      return { path: [...at, key], at: 'key', message, fix: `remove ${key}` }
    })
}
