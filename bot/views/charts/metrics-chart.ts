/** The picture of `/release metrics`: deployments a day, and what each environment's cost. Drawn by ECharts and resvg. */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import type { Metrics } from '../../../domain/metrics.js'
import { init } from './echarts.js'

const WIDTH = 900
const HEIGHT = 520
const FONT = 'DejaVu Sans'

/** A font of our own: a container has none, and a chart without words says nothing. */
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')

const GOOD = '#2f855a'
const BAD = '#c53030'

/** A PNG. */
export function metricsChart(app: string, metrics: Metrics): Uint8Array {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  try {
    chart.setOption(optionsOf(app, metrics))
    const svg = chart.renderToSVGString()
    const font = { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: FONT }
    return new Resvg(svg, { font, background: '#ffffff' }).render().asPng()
  } finally {
    chart.dispose()
  }
}

function optionsOf(
  app: string,
  { days, environments, from, to }: Metrics,
): Parameters<ReturnType<typeof init>['setOption']>[0] {
  const names = environments.map(({ environment }) => environment)
  const minutes = environments.map(({ medianMs }) => Math.round((medianMs ?? 0) / 600) / 100)
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
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
