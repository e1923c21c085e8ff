import test from 'ava'
import fc from 'fast-check'
import { welcome } from '../../src/notices/welcome.js'
import { mailOf } from '../mail-of.js'
import { changeOf, itemOf } from '../subscription-event.js'

const user = { id: '1', email: 'ada@example.com', fullName: 'Ada Lovelace' }
const product = { productName: 'TitanForge', publicUrl: 'https://forge.example/start' }
const payload = changeOf('s1', '1')

test('a welcome names the plan, what it grants and until when, in text and HTML', async (t) => {
  const { subject, text, html } = await mailOf(welcome, payload, user, product)
  t.is(subject, 'Welcome to TitanForge: Pro')
  for (const body of [text, html]) {
    t.regex(body, /Hello Ada Lovelace,/)
    t.regex(body, /Priority support/)
    t.regex(body, /API calls per minute: 1,000/)
    t.regex(body, /ends on 3 May 2026 \(UTC\)/)
    t.regex(body, /https:\/\/forge\.example\/start/)
  }
})

test('what bounds a plan is told in words, a budget as money', async (t) => {
  const limits = {
    api_calls: 20_000,
    agent_concurrency: 3,
    spend_micros: 5_000_000,
    run_micros: 3_000,
    workflow_runs: 1,
    seats_of_team: 4,
  }
  const items = [itemOf({ grants: { features: ['agents'], limits } })]
  const { text } = await mailOf(welcome, changeOf('s1', '1', { items }), user, product)
  t.deepEqual(
    text.split('\n').filter((line) => line.startsWith('- ')),
    [
      '- Agents',
      '- API calls a month: 20,000',
      '- Agents at once: 3',
      '- Budget for tools a month: $5.00',
      '- Run micros: $0.003',
      '- Workflows at once: 1',
      '- Seats of team: 4',
    ],
  )
})

test('a welcome leaves out what is not known', async (t) => {
  const change = changeOf('s1', '1', { currentPeriodEnd: null, items: [itemOf({ name: null })] })
  const nobody = { ...user, fullName: null }
  const { subject, text, html } = await mailOf(welcome, change, nobody, { productName: 'Forge' })
  t.is(subject, 'Welcome to Forge')
  t.regex(text, /^Hello there,\n\nThank you/)
  for (const body of [text, html]) t.notRegex(body, /null|undefined|Priority|period|https?:/)
})

test('a quantity and a second plan are named', async (t) => {
  const items = [
    itemOf({ quantity: 3 }),
    itemOf({ name: 'Storage', grants: { features: [], limits: {} } }),
  ]
  t.is(
    (await mailOf(welcome, changeOf('s1', '1', { items }), user, product)).subject,
    'Welcome to TitanForge: Pro × 3, Storage',
  )
})

test('the business key is the subscription, and only access is welcomed', (t) => {
  t.is(welcome.businessKey(payload), 'welcome:s1')
  t.true(welcome.wanted(payload))
  t.false(welcome.wanted(changeOf('s1', '1', { access: false })))
})

test('whatever names there are, the subject is one line and the HTML has only our own tags', async (t) => {
  const hostile = fc.constantFrom(
    '<script>alert(1)</script>',
    '\r\nBcc: eve@example.com',
    '" onload="x',
    '&lt;',
  )
  const name = fc.oneof(hostile, fc.string({ unit: 'binary' }))
  const tagsOf = (html = '') =>
    html
      .match(/<[^>]*>/g)
      ?.join('')
      .replace(/<title>|<\/title>/g, '')
  const mailTo = (plan: string, feature: string, fullName: string, productName: string) => {
    const grants = { features: [feature], limits: { [feature]: 1 } }
    const change = changeOf('s1', '1', { items: [itemOf({ name: `x${plan}`, grants })] })
    return mailOf(welcome, change, { ...user, fullName }, { ...product, productName })
  }
  const tags = tagsOf((await mailTo('a', 'b', 'c', 'd')).html)
  await fc.assert(
    fc.asyncProperty(
      name,
      name,
      name,
      fc.string({ minLength: 1 }),
      async (plan, feature, fullName, productName) => {
        const { subject, text, html } = await mailTo(plan, feature, fullName, productName)
        return !/\p{Cc}/u.test(subject) && !/\r|\nBcc/.test(text) && tagsOf(html) === tags
      },
    ),
  )
  t.pass()
})
