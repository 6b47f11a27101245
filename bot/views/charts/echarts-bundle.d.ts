/** One file instead of ECharts' three hundred: it loads in a tenth of the time. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export { init } from 'echarts'
}
