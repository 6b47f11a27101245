import { nearest } from '../../domain/nearest.js'
import type { Mistake } from '../problem.js'

/** Reports an unknown name, with the names that exist. */
export function unknownName(kind: 'role' | 'environment', name: string, known: readonly string[]): Mistake {
  const [meant] = nearest(name, known)
  const message = `there is no ${kind} "${name}"`
  if (meant !== undefined) return { message, fix: `did you mean ${meant}?` }
  const list = [...new Set(known)].filter((other) => other !== '').join(', ')
  return { message, fix: list === '' ? `add the ${kind} first` : `write one of ${list}, or add the ${kind}` }
}
