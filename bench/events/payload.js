import { randomUUID } from 'node:crypto'

/** An event as the contestants publish it. */
export const makePayload = () => ({
  id: randomUUID(),
  email: 'ada@example.test',
  plan: 'pro',
  source: 'signup',
  at: Date.now(),
  note: 'x'.repeat(100),
})

export const makePayloads = (count) => Array.from({ length: count }, makePayload)
