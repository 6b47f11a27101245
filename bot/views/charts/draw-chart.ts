/** Renders ECharts options without a browser: SVG by ECharts, PNG by resvg. */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import { init } from './echarts.js'

const FONT = 'DejaVu Sans'

/** A bundled font: a container has none, and a chart without text is useless. */
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')

export type ChartOptions = Parameters<ReturnType<typeof init>['setOption']>[0]

/** A PNG. */
export function drawChart(
  options: ChartOptions,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...options })
    const svg = chart.renderToSVGString()
    const font = { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: FONT }
    return new Resvg(svg, { font, background: '#ffffff' }).render().asPng()
  } finally {
    chart.dispose()
  }
}
