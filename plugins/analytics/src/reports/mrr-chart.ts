import type { MrrDay } from '../contract.js'
import { amountIn } from './amount.js'

const SIZE = { width: 640, height: 320 }

/** The MRR of each currency by day, as an SVG picture. */
export async function mrrChart(days: readonly MrrDay[]): Promise<string> {
  // Loaded here: no server needs it before the first report.
  const { init } = await import('echarts')
  const currencies = [...new Set(days.map(({ currency }) => currency))].toSorted()
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      title: { text: 'Monthly recurring revenue', left: 'center' },
      legend: { bottom: 0, data: currencies.map((currency) => currency.toUpperCase()) },
      grid: { left: 16, right: 24, top: 48, bottom: 40, containLabel: true },
      xAxis: { type: 'time' },
      yAxis: { type: 'value', min: 0 },
      series: currencies.map((currency) => ({
        type: 'line',
        name: currency.toUpperCase(),
        showSymbol: false,
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
