import { cron, type Job } from '@titanforge/events'
import type { StripeGateway } from '../gateway.js'
import type { Reconciler } from './reconciler.js'

/** A run that has more to do than this many minutes goes on with the next one: the first fetches everything. */
const MOST_MINUTES = 45

/** When the reconciler works. Without an API key there is nothing to ask. */
export function reconcilerJobs(reconciler: Reconciler, gateway: StripeGateway): Job[] {
  if (!gateway.isConfigured) return []
  return [
    cron('stripe.catch-up', '17 * * * *', async ({ signal, log }) => {
      const enough = AbortSignal.timeout(MOST_MINUTES * 60_000)
      const fresh = await reconciler.catchUp(AbortSignal.any([signal, enough]))
      if (fresh > 0) log.warn({ fresh }, 'events were received that no webhook had brought')
    }),
    cron('stripe.check-subscriptions', '41 3 * * *', async ({ signal, log }) => {
      log.info(
        await reconciler.checkSubscriptions(signal),
        'subscriptions were compared with Stripe',
      )
    }),
  ]
}
