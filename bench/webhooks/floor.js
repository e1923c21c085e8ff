import { Buffer } from 'node:buffer'
import Koa from 'koa'
import pg from 'pg'
import Stripe from 'stripe'

// The least that a webhook endpoint must do: verify, insert one row, answer. Nothing is applied.
const { DATABASE_URL, SECRET } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
await pool.query(
  'CREATE TABLE IF NOT EXISTS floor (id text PRIMARY KEY, type text NOT NULL, payload jsonb NOT NULL)',
)
const { webhooks } = new Stripe('sk_unused')
const insert = {
  name: 'insert',
  text: 'INSERT INTO floor VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
}

const app = new Koa()
app.use(async (ctx) => {
  const chunks = []
  for await (const chunk of ctx.req) chunks.push(chunk)
  const raw = Buffer.concat(chunks)
  const event = webhooks.constructEvent(raw, ctx.get('stripe-signature'), SECRET)
  await pool.query({ ...insert, values: [event.id, event.type, raw.toString()] })
  ctx.body = { received: true }
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`runs at http://127.0.0.1:${server.address().port}`)
})
