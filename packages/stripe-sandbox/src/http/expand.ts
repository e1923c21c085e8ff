import { included } from './included.js'
import { view } from '../world/view.js'
import type { Transaction } from '../world/transaction.js'
import { invalidRequest } from './stripe-error.js'

const DEEPEST = 4

/**
 * Puts objects in the place of their ids, and what Stripe leaves out until it is asked for.
 *
 * @param paths such as `latest_invoice.payments` or, in a list, `data.customer`.
 * @see https://docs.stripe.com/api/expanding_objects
 */
export function expand(tx: Transaction, shown: object, paths: readonly string[]): void {
  for (const path of paths) {
    const names = path.split('.')
    if (names.length > DEEPEST)
      throw invalidRequest(
        `You cannot expand more than ${DEEPEST} levels deep (${path}).`,
        'expand',
      )
    step(tx, shown as Record<string, unknown>, names, path)
  }
}

function step(
  tx: Transaction,
  object: Record<string, unknown>,
  [name = '', ...rest]: string[],
  path: string,
): void {
  if (object[name] === undefined) {
    const extra = included(tx, object, name)
    if (extra !== undefined) object[name] = extra
    else if (isOptional(object, name)) return
    else if (!isPartial(object)) throw cannotExpand(path)
  }
  const value = object[name]
  if (typeof value === 'string') object[name] = expanded(tx, value, path)
  else if (Array.isArray(value))
    object[name] = value.map((element: unknown) =>
      typeof element === 'string' ? expanded(tx, element, path) : element,
    )
  if (rest.length === 0) return
  for (const next of [object[name]].flat())
    if (typeof next === 'object' && next !== null)
      step(tx, next as Record<string, unknown>, rest, path)
}

function expanded(tx: Transaction, id: string, path: string): object | string {
  const record = tx.peek(id)
  if (record) return view(tx, record)
  // Refers to what is gone, such as a product that was deleted.
  if (/^[a-z]+_/.test(id)) return id
  throw cannotExpand(path)
}

/** Not every price has tiers. */
const isOptional = (object: Record<string, unknown>, name: string) =>
  object.object === 'price' && name === 'tiers'

/** A hash inside an object, whose optional fields may be absent, and a deleted object. */
const isPartial = (object: Record<string, unknown>) =>
  object.object === undefined || object.deleted === true

const cannotExpand = (path: string) =>
  invalidRequest(
    `This property cannot be expanded (${path}). You may want to try expanding another property.`,
    'expand',
  )
