/** The picture of `/release metrics`: deployments a day, and what each environment's cost. Drawn by ECharts and resvg. */
import type { Metrics } from '../../../domain/metrics.js'
import { type ChartOptions, drawChart } from './draw-chart.js'

const WIDTH = 900
const HEIGHT = 520

const GOOD = '#2f855a'
const BAD = '#c53030'

/** A PNG. */
export const metricsChart = (app: string, metrics: Metrics): Uint8Array =>
  drawChart(optionsOf(app, metrics), { width: WIDTH, height: HEIGHT })

function optionsOf(app: string, { days, environments, from, to }: Metrics): ChartOptions {
  const names = environments.map(({ environment }) => environment)
  const minutes = environments.map(({ medianMs }) => Math.round((medianMs ?? 0) / 600) / 100)
  return {
    title: { text: `${app}: deployments from ${from.slice(0, 10)} to ${to.slice(0, 10)}`, left: 'center' },
    legend: { top: 40, data: ['succeeded', 'failed'] },
    grid: [
      { left: 60, right: 30, top: 70, height: 200 },
      { left: 140, right: 60, top: 340, height: 130 },
    ],
    xAxis: [
      { type: 'category', gridIndex: 0, data: days.map(({ day }) => day) },
      { type: 'value', gridIndex: 1, name: 'median minutes', nameLocation: 'middle', nameGap: 28 },
    ],
    yAxis: [
      { type: 'value', gridIndex: 0, minInterval: 1, name: 'a day' },
      { type: 'category', gridIndex: 1, data: names, inverse: true },
    ],
    series: [
      {
        name: 'succeeded',
        type: 'bar',
        stack: 'days',
        color: GOOD,
        data: days.map(({ succeeded }) => succeeded),
      },
      { name: 'failed', type: 'bar', stack: 'days', color: BAD, data: days.map(({ failed }) => failed) },
      {
        name: 'duration',
        type: 'bar',
        xAxisIndex: 1,
        yAxisIndex: 1,
        color: '#2b6cb0',
        data: minutes,
        label: { show: true, position: 'right' },
      },
    ],
  }
}
