import { defineErrors } from '@titanforge/core'

/** Every error of provisioning, with its remedy. */
export const ProvisioningErrors = defineErrors({
  API_QUOTA_EXCEEDED: {
    status: 429,
    message: (p: { limit: number; end: string }) =>
      `All ${p.limit} API calls of the month are used. Wait until ${p.end}, or choose a larger plan.`,
  },
  AGENT_RUNS_EXCEEDED: {
    status: 429,
    message: (p: { limit: number; end: string }) =>
      `All ${p.limit} agent runs of the month are used. Wait until ${p.end}, or choose a larger plan.`,
  },
  AGENT_QUEUE_FULL: {
    status: 429,
    message: (p: { limit: number; waiting: number }) =>
      `${p.limit} runs are at work and ${p.waiting} wait. Try again when some have ended, or choose a larger plan.`,
  },
  AGENT_SLOT_LOST: {
    status: 503,
    message: () =>
      'This process could not keep its place in the queue, since the database was away. Try again.',
  },
  BUDGET_EXCEEDED: {
    status: 402,
    message: (p: { what: string; amount: number; scope: string; left: number }) =>
      `"${p.what}" costs ${p.amount} millionths, and ${p.scope} has ${p.left} left. Wait for the next month, or choose a larger plan.`,
  },
  RESERVATION_EXPIRED: {
    status: 409,
    message: (p: { what: string }) =>
      `The call of "${p.what}" took longer than its reservation, and the budget is spent meanwhile. Nothing was charged.`,
  },
  SETTLEMENT_TOO_LARGE: {
    message: (p: { what: string; amount: number; reserved: number }) =>
      `"${p.what}" came to ${p.amount} millionths, but ${p.reserved} were reserved. Reserve the most that a call can cost.`,
  },
  AMOUNT_INVALID: {
    message: (p: { amount: number }) =>
      `${p.amount} is no amount of money. Give a whole number of millionths, 0 or more.`,
  },
  OVERRIDE_INVALID: {
    status: 422,
    message: () =>
      'A feature is given with the value 1 and taken with 0. Limits take other numbers.',
  },
  ACCOUNT_UNKNOWN: {
    status: 404,
    message: () =>
      'There is no such account. Check the address or the id; GET /api/admin/users lists all.',
  },
})
