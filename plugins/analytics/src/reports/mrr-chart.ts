import type { MrrDay } from '../contract.js'
import { amountIn } from './amount.js'

const DAY_MS = 24 * 3_600_000
const SIZE = { width: 640, height: 320 }

/** The MRR of each currency by day, as an SVG picture. */
export async function mrrChart(days: readonly MrrDay[]): Promise<string> {
  // Loaded here: no server needs it before the first report.
  const { init } = await import('echarts')
  const currencies = [...new Set(days.map(({ currency }) => currency))].toSorted()
  const isOneDay = new Set(days.map(({ day }) => day)).size === 1
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      backgroundColor: '#ffffff',
      title: { text: 'Monthly recurring revenue', left: 'center' },
      legend: { bottom: 0, data: currencies.map((currency) => currency.toUpperCase()) },
      grid: { left: 16, right: 24, top: 48, bottom: 40, containLabel: true },
      xAxis: { type: 'time', minInterval: DAY_MS, axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value', min: 0 },
      series: currencies.map((currency) => ({
        type: 'line',
        name: currency.toUpperCase(),
        // One day is a point, and no line.
        showSymbol: isOneDay,
        areaStyle: { opacity: 0.15 },
        data: days
          .filter((day) => day.currency === currency)
          .map(({ day, end }) => [day, amountIn(currency, end)]),
      })),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
