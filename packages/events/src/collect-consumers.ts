import { CoreErrors, type ForgeView, type Subscription } from '@titanforge/core'
import { collectSubscriptions } from '@titanforge/core/bus'
import { jobEvent, type JobEvent } from './schedule/job-event.js'

export interface Consumers {
  /** Every handler of the application, those of jobs included. */
  subscriptions: readonly Subscription[]
  jobs: readonly JobEvent[]
}

/**
 * Everything of the application that consumes events, jobs included.
 *
 * @throws CONSUMER_CONFLICT where two have one name.
 */
export function collectConsumers(forge: ForgeView): Consumers {
  const jobs = forge.all('jobs').flatMap(({ value }) => value.map(jobEvent))
  const subscriptions = [
    ...collectSubscriptions(forge),
    ...jobs.map(({ subscription }) => subscription),
  ]
  const names = new Set<string>()
  for (const { consumer } of subscriptions) {
    if (names.has(consumer)) throw CoreErrors.CONSUMER_CONFLICT({ consumer })
    names.add(consumer)
  }
  return { subscriptions, jobs }
}
