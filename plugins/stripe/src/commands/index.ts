import { CoreErrors, type Command } from '@titanforge/core'
import { z } from 'zod'
import type { Plan } from '../catalogue/plan.js'
import { pushCatalogue } from '../catalogue/push.js'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { KeyAccount } from '../sync/key-account.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Reconciler } from '../sync/reconciler.js'
import { openEventDestination } from '../event-destination.js'
import { openWebhookEndpoint } from '../webhook-endpoint.js'

export interface CommandServices {
  gateway: StripeGateway
  account: KeyAccount
  intents: Intents
  sync: ObjectSync
  reconciler: Reconciler
  plans: readonly Plan[]
}

/** What operators do with Stripe. */
export function stripeCommands(services: CommandServices): Command[] {
  const { gateway, account, reconciler, plans } = services
  return [
    {
      name: 'stripe:backfill',
      description:
        'fetches everything that Stripe has; goes on where it was stopped, and tries again what it left out; --restart begins anew, also with a key of another account',
      usage: '[--restart]',
      options: { restart: { type: 'boolean' } },
      async run({ values, print, signal }) {
        if (values.restart) {
          await account.forget()
          await reconciler.backfill.restart()
        }
        const leftOut = await reconciler.backfill.run(signal, ({ type, count }) => {
          print(`${type}: ${count} more`)
        })
        for (const { type, id, reason } of leftOut) print(`left out ${type} ${id}: ${reason}`)
        if (signal.aborted) return void print('stopped; call it again to go on')
        if (leftOut.length > 0) throw StripeErrors.BACKFILL_INCOMPLETE({ count: leftOut.length })
        print('everything that Stripe has is here')
      },
    },
    {
      name: 'stripe:reconcile',
      description: 'receives the events that no webhook has brought, and compares subscriptions',
      async run({ print, signal }) {
        print(`${await reconciler.catchUp(signal)} events were new`)
        const { checked, drifted } = await reconciler.checkSubscriptions(signal)
        print(`${checked} subscriptions compared, ${drifted} differed`)
      },
    },
    {
      name: 'stripe:catalog:push',
      description: 'makes the products and prices at Stripe what the configured plans say',
      async run({ print }) {
        if (plans.length === 0) return void print('there are no plans in the configuration')
        const report = await pushCatalogue(plans, services)
        for (const [what, ids] of Object.entries(report) as [string, string[]][]) {
          for (const id of ids) print(`${what} ${id}`)
        }
        print('the catalogue at Stripe is as the plans say')
      },
    },
    {
      name: 'stripe:webhook:create',
      description: 'has Stripe deliver events to an address, in the API version of this server',
      usage: 'https://example.com/webhooks/stripe',
      async run({ positionals, print }) {
        const address = z.url({ protocol: /^https?$/ }).safeParse(positionals[0])
        if (!address.success)
          throw CoreErrors.COMMAND_USAGE({
            usage: 'stripe:webhook:create https://example.com/webhooks/stripe',
            problem: 'Which address?',
          })
        const endpoint = await openWebhookEndpoint(gateway, address.data)
        print(`endpoint ${endpoint.id} delivers to ${address.data}`)
        // At once, since Stripe tells it once and what follows may fail.
        if (endpoint.secret) print(`STRIPE_WEBHOOK_SECRET=${endpoint.secret}`)
        const destination = await openEventDestination(gateway, address.data)
        print(`destination ${destination.id} tells it of errors in usage`)
        if (endpoint.secret && destination.secret)
          print(`together: STRIPE_WEBHOOK_SECRET=${endpoint.secret},${destination.secret}`)
        else if (destination.secret)
          print(`add its secret, after a comma, to STRIPE_WEBHOOK_SECRET: ${destination.secret}`)
        else if (!endpoint.secret) print('their secrets are those you have')
      },
    },
  ]
}
