import { readFileSync } from 'node:fs'
import test from 'ava'
import { verifyWebhook } from '../src/webhook-signature.js'

interface Case {
  name: string
  title: string
  secret: string
  received_at_ms: number
  header: string | null
  payload: string
  accept: boolean
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/sequences/data/signatures.json', import.meta.url), 'utf8'),
) as Case[]

for (const { name, title, secret, received_at_ms: now, header, payload, accept } of cases) {
  test(`${name} (${title}) is ${accept ? 'accepted' : 'refused'}`, (t) => {
    const verify = () => verifyWebhook(Buffer.from(payload), header ?? '', [secret], now)
    if (accept) t.like(verify(), { object: 'event' })
    else
      t.throws(verify, {
        code: name === 'empty' ? 'WEBHOOK_BODY_INVALID' : 'WEBHOOK_SIGNATURE_INVALID',
      })
  })
}

test('any of several secrets will do, while one is rotated', (t) => {
  const [valid] = cases
  if (!valid?.header) return t.fail('the first case is a valid one')
  const { payload, header, secret, received_at_ms: now } = valid
  const verify = (secrets: string[]) => verifyWebhook(Buffer.from(payload), header, secrets, now)
  t.notThrows(() => verify(['whsec_new', secret]))
  t.throws(() => verify(['whsec_new']), { code: 'WEBHOOK_SIGNATURE_INVALID' })
})
