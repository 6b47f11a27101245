/** The parts of ECharts that the chart needs. `npm run build` makes one file of this module and everything it imports. */
import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

export { init }
