import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import type { TrainDefinition } from '../../domain/pipeline.js'
import { channel, type Row, report, shop } from './mistake-rows.js'
import { sampleWith } from './sample.js'

const at = `${shop}.train`
const train = (keys: string, more = ''): string => `${channel}${more}    train: { ${keys} }\n`
const weekly = 'cron: "0 10 * * 2"'

test.each<Row>([
  [channel, train('cron: "0 10 * *"'), '"0 10 * *"', `${at}.cron`, /not a cron expression/, /0 16/],
  [
    channel,
    train('cron: "0 10 30 2 *"'),
    '"0 10 30 2 *"',
    `${at}.cron`,
    /cron expression|matches no day/,
    /0 1[06]/,
  ],
  [
    channel,
    train(`${weekly}, timezone: Europe/Bonn`),
    'Europe/Bonn',
    `${at}.timezone`,
    /not a time zone/,
    /Berlin/,
  ],
  [channel, train(`${weekly}, promote: stagging`), 'stagging', `${at}.promote`, /stagging/, /staging/],
  [
    channel,
    train('cron: "0 * * * *"'),
    '"0 * * * *"',
    `${at}.cron`,
    /every 1h, and is announced 2h before/,
    /announce/,
  ],
  [channel, train(`${weekly}, announce: 8d`), '8d', `${at}.announce`, /out of bounds/, /7d/],
  [channel, train('cron: "0 10 * * *", announce: 24h'), '24h', `${at}.announce`, /every 1d/, /less than 1d/],
  [
    channel,
    train(`${weekly}, skip: [sundays]`),
    'sundays',
    `${at}.skip[0]`,
    /must be empty or frozen or/,
    /write/,
  ],
  [
    channel,
    train(`${weekly}, skip: [holidays]`),
    'holidays',
    `${at}.skip[0]`,
    /no calendar/,
    /holidays: <an ICS/,
  ],
  [channel, train(`${weekly}, missed: maybe`), 'maybe', `${at}.missed`, /run or skip/, /run or skip/],
  [channel, train(weekly, '    cut: automatic\n'), 'train', at, /already cut by itself/, /cut: manual/],
  ['roles:', 'holidays: ftp://a/b.ics\nroles:', 'ftp://a/b.ics', 'holidays', /not a calendar/, /https/],
  ['roles:', 'holidays: https://u:p@a/b.ics\nroles:', 'https://u:p@a/b.ics', 'holidays', /password/, /file/],
  [
    '    checklist:\n',
    `    train: { ${weekly} }\n    checklist:\n      - { item: Brief, role: qa, before: cut }\n`,
    'cut }',
    `${shop}.checklist[0].before`,
    /comes by itself/,
    /without a train/,
  ],
])('%# is refused with its place and what to write', (...row) => {
  const found = report(row)

  expect(found).toMatchObject({ points: row[2] })
  expect('fix' in found ? found.fix : '').toMatch(row[5])
})

describe('a train', () => {
  function read(text: string): TrainDefinition | undefined {
    const reading = parseConfiguration(text, 'slipway.yaml')
    if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems))
    return reading.configuration.apps[0]?.train
  }

  test('has defaults, and the zone and trunk of its app', () => {
    expect(
      read(sampleWith(channel, train(weekly, '    timezone: Europe/Berlin\n    trunk: master\n'))),
    ).toEqual({
      ...{ cron: '0 10 * * 2', timezone: 'Europe/Berlin', from: 'master', announceMs: 7_200_000 },
      ...{ skip: ['empty', 'frozen'], missed: 'skip', promote: null },
    })
  })

  test('skips holidays too once there is a calendar', () => {
    const text = sampleWith(channel, train(`${weekly}, promote: staging`)).replace(
      'roles:',
      'holidays: days.ics\nroles:',
    )

    expect(read(text)).toMatchObject({ skip: ['empty', 'frozen', 'holidays'], promote: 'staging' })
  })

  test('is in no app that names none', () => {
    expect(read(sampleWith(channel, channel))).toBeUndefined()
  })
})
