/** The four DORA figures with their definitions, and each environment's duration and failure rate. */
import { sayDuration } from '../../../domain/durations.js'
import type { Metrics } from '../../../domain/metrics.js'
import { type ScheduleMetrics, saySlip } from '../../../domain/schedule.js'
import { context, section } from '../blocks.js'
import { date, outside } from '../escape.js'
import type { Message } from '../message.js'

const percent = (share: number | null): string =>
  share === null ? 'none yet' : `${Math.round(share * 100)} %`
const span = (ms: number | null): string => (ms === null ? 'none yet' : sayDuration(ms))

/** `2.4 a day`, `3 a week`, `1 a month`: in the unit that gives a meaningful number. */
export function howOften(perDay: number): string {
  const [count, unit] =
    perDay >= 1 ? [perDay, 'day'] : perDay * 7 >= 1 ? [perDay * 7, 'week'] : [perDay * 30, 'month']
  return `${Number(count.toFixed(1))} a ${unit}`
}

function headline(
  app: string,
  { deploymentFrequency, measuredIn, changeFailureRate, from }: Metrics,
): string {
  const { count } = deploymentFrequency
  const where = measuredIn.join(', ') || 'no environment'
  const good = count === 1 ? '1 good deployment' : `${count} good deployments`
  const failed = changeFailureRate === null ? '' : `, ${percent(changeFailureRate)} of all failed`
  return `${app} had ${good} to ${where} since ${from.slice(0, 10)}${failed}.`
}

/** What the picture shows, in words, for people who cannot see it. */
export const metricsInWords = (app: string, metrics: Metrics): string =>
  [
    headline(app, metrics),
    ...metrics.environments.map((one) => `${environmentLine(one).replaceAll('*', '')}.`),
  ].join(' ')

export function metricsMessage(app: string, metrics: Metrics): Message {
  const { deploymentFrequency, leadTime, changeFailureRate, timeToRestore, environments } = metrics
  const where = metrics.measuredIn.join(', ') || 'no environment'
  const { count, perDay } = deploymentFrequency
  const text = headline(app, metrics)
  const figures = [
    `*Deployment frequency* ${count}${count === 0 ? '' : ` (${howOften(perDay)})`}: successful deployments to ${where}`,
    `*Lead time for changes* ${span(leadTime.medianMs)}: median from the first sight of a commit to its first success there`,
    `*Change failure rate* ${percent(changeFailureRate)}: deployments there that failed, were rejected or rolled back from`,
    `*Time to restore* ${span(timeToRestore.medianMs)}: median from such an end to the next success there`,
  ]
  const lines = environments.map(environmentLine)
  return {
    text,
    blocks: [
      section(`*${app}* measured in ${where}`),
      section(figures.join('\n')),
      ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
      section(scheduleLines(metrics.schedule).join('\n')),
      context(`From ${date(metrics.from)} to ${date(metrics.to)}`),
    ],
  }
}

function environmentLine(one: Metrics['environments'][number]): string {
  const { environment, deployments, failureRate, medianMs, p90Ms } = one
  if (deployments === 0) return `*${environment}* no deployment yet`
  const many = deployments === 1 ? '1 deployment' : `${deployments} deployments`
  return `*${environment}* ${many}, ${percent(failureRate)} failed, median ${span(medianMs)}, 90 % within ${span(p90Ms)}`
}

/** S4.15: whether plans were kept, and how releases spend their time. */
function scheduleLines(schedule: ScheduleMetrics): string[] {
  const { released, planned, onTime, medianSlipDays, medianTookMs, phases, overdue, late, latest } = schedule
  const slip = medianSlipDays === null ? '' : `, median slip: ${saySlip(medianSlipDays)}`
  const parts = phases.map(({ phase, medianMs }) => `${phase} ${span(medianMs)}`)
  return [
    `*Stability and predictability* ${released} released, ${planned} of them with a planned day`,
    `*On time* ${percent(onTime)}: released on the planned day or before${slip}`,
    `*From cut to release* ${span(medianTookMs)}: median${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    ...(overdue === 0 ? [] : [`*Overdue* ${overdue}: the planned day is over and nothing was released`]),
    ...late.map(
      ({ version, title, plannedFor, daysLate }) =>
        `• ${outside(version ?? 'a draft', 40)} “${outside(title, 80)}”: planned ${plannedFor}, ${saySlip(daysLate)}`,
    ),
    ...(overdue > late.length ? [`…and ${overdue - late.length} more`] : []),
    ...latest.map(
      ({ version, plannedFor, releasedOn, slipDays }) =>
        `• ${outside(version ?? 'a draft', 40)}: planned ${plannedFor ?? ''}, released ${releasedOn ?? ''}, ${saySlip(slipDays ?? 0)}`,
    ),
  ]
}
