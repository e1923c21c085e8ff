import test from 'ava'
import { mrrChart } from '../../src/reports/mrr-chart.js'
import { pngOf } from '../../src/reports/png-of.js'

const draw = (content: string) =>
  pngOf(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">${content}</svg>`)

test('a drawing becomes a picture of twice its size', async (t) => {
  const png = Buffer.from(await draw('<rect width="80" height="40" fill="red"/>'))
  t.is(png.subarray(1, 4).toString(), 'PNG')
  // Width and height (PNG specification, section 11.2.1).
  t.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [160, 80])
})

test('words are drawn without the fonts of the machine', async (t) => {
  const text = (words: string) => draw(`<text y="20" font-family="sans-serif">${words}</text>`)
  const [none, some, others] = await Promise.all([text(''), text('USD'), text('May 3')])
  t.notDeepEqual(some, none)
  t.notDeepEqual(some, others)
})

test('the first day of revenue is to be seen too', async (t) => {
  const day = { start: 0, new: 0, reactivation: 0, expansion: 0, contraction: 0, churn: 0 }
  const chart = (end: number) =>
    mrrChart([
      {
        ...day,
        day: '2026-05-03',
        currency: 'usd',
        end,
        committed: end,
        customers: 1,
        isProvisional: false,
      },
    ])
  const points = (svg: string) => svg.match(/<path/g)?.length ?? 0
  const empty = await mrrChart([])
  t.true(points(await chart(2_900)) > points(empty))
})
