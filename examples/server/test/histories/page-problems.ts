import { everyOf } from './every-of.js'
import type { World } from './world.js'

/** Whose pages are open more than once for one purpose: any of them could be paid. */
export async function pageProblems({ parts }: World): Promise<string[]> {
  const open = (await everyOf(parts.stripe.checkout.sessions))
    .filter(({ status }) => status === 'open')
    .map(({ client_reference_id: user, mode }) => `${user} has two pages open for a ${mode}`)
  return open.filter((one, index) => open.indexOf(one) !== index)
}
