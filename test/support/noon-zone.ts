/** Versions are numbered by month: a test that runs as one ends still counts on the next number of the same month. */
import { isMap, parseDocument } from 'yaml'

const now = new Date()

/** The month that the versions of this run begin with, e.g. `2026.11`. */
export const thisMonth = `${now.getUTCFullYear()}.${now.getUTCMonth() + 1}`

/** On the day of UTC. No day or month ends while a test runs, and it is no time to let people sleep. */
const offset = now.getUTCHours() - 12
const noonZone = `Etc/GMT${offset < 0 ? '' : '+'}${offset}`

/** A configuration in which it is noon for every app that names no zone. The rest of the text stays as it is. */
export function atNoon(yaml: string): string {
  const apps = parseDocument(yaml).get('apps')
  if (!isMap(apps)) return yaml
  const places = apps.items.flatMap(({ value }) =>
    isMap(value) && !value.flow && !value.has('timezone') && value.range ? [value.range[0]] : [],
  )
  return places.reduceRight((text, place) => {
    const indent = ' '.repeat(place - text.lastIndexOf('\n', place) - 1)
    return `${text.slice(0, place)}timezone: ${noonZone}\n${indent}${text.slice(place)}`
  }, yaml)
}
