import type { Transaction } from '@titanforge/core'
import type { Billing } from '@titanforge/stripe'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../config.js'
import { LIMITS } from '../entitlements/entitlement.js'
import { count } from '../usage/counters.js'
import { periodOf } from '../usage/period.js'
import type { Scopes } from './scopes.js'

export interface Spending extends Scopes {
  /** It is charged once, however often it comes. */
  key: string
  /** The tool or agent. */
  what: string
  /** Millionths. */
  amount: number
}

interface Parts {
  billing: Billing
  config: Pick<Config, 'meter'>
  /** The plugin that provides a tool or an agent. */
  providerOf(name: string): string | undefined
}

/** Whether the spending of a key is written down. */
export async function isSettled(tx: Pick<Transaction, 'query'>, key: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM usage_records WHERE key = $1', [key])
  return rows.length === 1
}

/** Writes down what was spent; counts it against the budget, and has it charged, in the same transaction. */
export class UsageBook {
  constructor(private readonly parts: Parts) {}

  async record(tx: Transaction, { userId, runId, key, what, amount }: Spending): Promise<void> {
    const { billing, config, providerOf } = this.parts
    const [id, at] = [uuidv7(), new Date()]
    const rows = await tx.query(
      `INSERT INTO usage_records (id, key, user_id, run_id, what, plugin, amount, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING RETURNING 1`,
      [id, key, userId, runId, what, providerOf(what) ?? null, amount, at],
    )
    if (rows.length === 0 || userId === null) return
    await count(tx, { userId, meter: LIMITS.spend, period: periodOf(at) }, undefined, amount)
    if (config.meter === undefined) return
    const usage = { userId, meter: config.meter, value: amount, at: at.toISOString() }
    await billing.recordUsage(tx, usage, id)
  }
}
