import { pageProblems } from './page-problems.js'
import { perform } from './perform.js'
import type { History } from './history.js'
import { ourState } from './our-state.js'
import { receiptProblems } from './receipts.js'
import type { Stage } from './stage.js'
import { stripeState } from './stripe-state.js'
import type { BillingState } from './state.js'
import type { World } from './world.js'

/** Lets a history happen, and answers in what it ended otherwise than it should have. */
export async function play(stage: Stage, { seed, chaos, steps }: History): Promise<string[]> {
  const world = await stage.begin({ seed, chaos })
  await world.signUp()
  await world.signUp()
  const problems: string[] = []
  for (const step of steps) {
    await Promise.all(step.map((it) => perform(world, it)))
    problems.push(...(await pageProblems(world)))
  }
  return [...new Set(problems), ...(await problemsOf(world))]
}

/** In what it has ended otherwise than it should have, when all of it has arrived and is handled. */
export async function problemsOf(world: World): Promise<string[]> {
  await world.settle()
  const wanted = await stripeState(world)
  const dead = await world.rows<{ consumer: string; reason: string }>(
    'SELECT consumer, reason FROM event_dead_letters',
  )
  return [
    ...dead.map(({ consumer, reason }) => `a dead letter of ${consumer}: ${reason}`),
    ...differences(wanted, await ourState(world)),
    ...(await receiptProblems(world, wanted)),
  ]
}

/** What is in one state and not in the other, in lines. */
function differences(wanted: BillingState, found: BillingState): string[] {
  return (Object.keys(wanted) as (keyof BillingState)[]).flatMap((part) => {
    const ids = new Set([...Object.keys(wanted[part]), ...Object.keys(found[part])])
    return [...ids].flatMap((id) => {
      const [one, other] = [wanted[part][id], found[part][id]].map((it) => JSON.stringify(it))
      return one === other
        ? []
        : [`${part} ${id}\n      Stripe has ${one}\n      we have    ${other}`]
    })
  })
}
