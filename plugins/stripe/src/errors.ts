import { defineErrors } from '@titanforge/core'

/** Every error of the stripe plugin, with its remedy. */
export const StripeErrors = defineErrors({
  WEBHOOK_SIGNATURE_INVALID: {
    status: 400,
    message: () =>
      'The Stripe-Signature header does not fit the body. Send the untouched body, signed within the last 300 s with the secret of this endpoint.',
  },
  WEBHOOK_BODY_INVALID: {
    status: 400,
    message: () => 'The body is not a Stripe event.',
  },
  WEBHOOK_NOT_STORED: {
    status: 503,
    message: () => 'The event could not be stored just now. Send it again later.',
  },
  STRIPE_NOT_CONFIGURED: {
    status: 503,
    message: () => 'There is no Stripe API key. Set STRIPE_SECRET_KEY.',
  },
  STRIPE_KEY_REFUSED: {
    status: 503,
    message: () =>
      'Stripe does not accept the API key, or not for this. Look at STRIPE_SECRET_KEY.',
  },
  // Of no status: customers are not told whose accounts there are.
  STRIPE_ACCOUNT_CHANGED: {
    message: (p: { account: string; known: string }) =>
      `The API key is of Stripe's account ${p.account}, and what is here came from ${p.known}. Nothing is taken from ${p.account}, where all of that is missing. Set STRIPE_SECRET_KEY to a key of ${p.known}; or, if the application has moved to ${p.account}, call stripe:backfill --restart.`,
  },
  CARD_DECLINED: {
    status: 402,
    message: (p: { reason: string }) => `The card was declined: ${p.reason}`,
  },
  RESUMPTION_UNPAID: {
    status: 402,
    message: (p: { reason: string }) =>
      `The subscription stays paused, because its invoice is not paid: ${p.reason} Pay that invoice, or give another card in the portal and resume again.`,
  },
  STRIPE_REFUSED: {
    status: 422,
    message: (p: { reason: string }) => `Stripe refused the request: ${p.reason}`,
  },
  STRIPE_UNAVAILABLE: {
    status: 503,
    message: () => 'Stripe does not answer just now. Try again later.',
  },
  PRODUCT_NOT_FOR_SALE: {
    status: 422,
    message: () => 'There is no such product for sale. GET /api/products lists them.',
  },
  PROMOTION_CODE_UNKNOWN: {
    status: 422,
    message: () => 'There is no such promotion code, or it is not valid any more.',
  },
  RETURN_URL_FOREIGN: {
    status: 422,
    message: (p: { allowed: string[] }) =>
      `The address to return to must begin with ${p.allowed.join(' or ')}. Others are configured as allowedOrigins.`,
  },
  ALREADY_SUBSCRIBED: {
    status: 409,
    message: () =>
      'There is a subscription already. Change it with POST /api/billing/subscription/change.',
  },
  CHECKOUT_NOT_FOUND: {
    status: 404,
    message: () => 'There is no such checkout.',
  },
  CHECKOUT_BUSY: {
    status: 409,
    message: () => 'Another checkout of yours is being opened just now. Try again.',
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: 404,
    message: () => 'There is no such subscription.',
  },
  SUBSCRIPTION_AMBIGUOUS: {
    status: 409,
    message: () =>
      'There are several subscriptions. Name one of them as subscriptionId; details.subscriptions lists them.',
  },
  SUBSCRIPTION_OVER: {
    status: 409,
    message: () => 'This subscription is over. Buy a new one with POST /api/billing/checkout.',
  },
  SUBSCRIPTION_MIXED: {
    status: 409,
    message: () =>
      'This subscription has several items, or items that are billed at different intervals, and cannot be changed here. Ask whoever runs this application to change it.',
  },
  SUBSCRIPTION_BUSY: {
    status: 503,
    message: (p: { seconds: number }) =>
      `This subscription is being changed just now, or it is not known yet what became of an earlier change. Try again in ${p.seconds} s.`,
  },
  TRIAL_ENDING: {
    status: 503,
    message: (p: { seconds: number }) =>
      `The trial of this subscription is ending or just over, and the change would come too late for it. Nothing was changed. Try again in ${p.seconds} s.`,
  },
  PERIOD_ENDING: {
    status: 503,
    message: (p: { seconds: number }) =>
      `The present period of this subscription is ending or just over, and the change would come too late for it. Nothing was changed. Try again in ${p.seconds} s.`,
  },
  SUBSCRIPTION_ENDING: {
    status: 409,
    message: (p: { at: Date }) =>
      `This subscription ends at ${p.at.toISOString()}, and the change would be charged for a time after that. Nothing was changed. Take its end back first, with POST /api/billing/subscription/resume; then change its plan.`,
  },
  CHANGE_NOT_REPEATED: {
    status: 409,
    message: () =>
      'This call has asked for its change before, and Stripe has refused it or failed at it, or it was undone since. Nothing is asked again. If the change is still wanted, look at the subscription and make another call.',
  },
  SUBSCRIPTION_PAUSED: {
    status: 409,
    message: () =>
      'This subscription is paused, so there is no period to count. Resume it first, with POST /api/billing/subscription/resume; then change its plan.',
  },
  PERIOD_PARTLY_REFUNDED: {
    status: 409,
    message: () =>
      'A part of what was paid for the present period was given back or is disputed, and less than that has passed of it; or it was given back after an earlier change had given credit for it, or while one waits to be billed. So the rest cannot be counted. Change the plan later in the period or after it; where such credit goes on paying, once whoever runs this application has taken it off the balance. Where money has paid for all of the period, and no change waits or was credited, whoever runs this application can also refund the rest of it.',
  },
  CHANGES_WAITING: {
    status: 409,
    message: (p: { until: Date }) =>
      `More waits for the next invoice of this subscription than Stripe shows of it beforehand, changes among it that were made elsewhere, such as in its portal. So what another change would cost is not known, and nothing was changed. Change it after that invoice, which is due at ${p.until.toISOString()}; or sooner, once whoever runs this application has billed or deleted the customer's pending invoice items at Stripe.`,
  },
  SUBSCRIPTION_UNPAID: {
    status: 409,
    message: () =>
      'The present period of this subscription is not paid, so the rest of it cannot be counted. Pay its open invoice first, at the pageUrl in GET /api/billing/invoices; a bank debit takes some days, and after a renewal it takes up to an hour until it is charged.',
  },
  SUBSCRIPTION_NOT_COLLECTED: {
    status: 409,
    message: () =>
      'Payments of this subscription are paused, so a change of it could not be charged. Ask whoever runs this application to collect them again.',
  },
  QUANTITY_TOO_HIGH: {
    status: 422,
    message: (p: { most: number }) => `At most ${p.most} can be bought at once.`,
  },
  PREVIEW_OUTDATED: {
    status: 409,
    message: () =>
      'A change is made as its preview has shown it for ten minutes only, within the same period, and if it still costs the same. Ask for the preview again.',
  },
  USER_UNKNOWN: {
    status: 404,
    message: (p: { userId: string }) => `There is no user ${p.userId}.`,
  },
  METER_EVENT_TOO_OLD: {
    message: (p: { at: string }) =>
      `Usage of ${p.at} is older than the 35 days that Stripe takes. Bill it by hand, then discard this.`,
  },
  METER_EVENT_IN_FUTURE: {
    message: (p: { at: string }) =>
      `Usage of ${p.at} is more than 5 minutes in the future. Look at the clock of whoever recorded it.`,
  },
  METER_EVENT_REJECTED: {
    message: (p: { reason: string }) => `Stripe took the usage but could not count it: ${p.reason}`,
  },
  CATALOGUE_INVALID: {
    message: (p: { problem: string }) => `The plans contradict each other: ${p.problem}`,
  },
  BACKFILL_INCOMPLETE: {
    message: (p: { count: number }) =>
      `Everything that Stripe has was fetched, but ${p.count} of it could not be taken and was left out, for the reasons above. stripe:backfill tries it again.`,
  },
  BACKFILL_STOPPED: {
    message: (p: { most: number; reason: string }) =>
      `More than ${p.most} of what Stripe has could not be taken, the last because of this: ${p.reason} Mend that; stripe:backfill goes on where it was.`,
  },
  WEBHOOK_ENDPOINT_OUTDATED: {
    message: (p: { id: string; version: string; wanted: string }) =>
      `Endpoint ${p.id} has this address and API version ${p.version}; ${p.wanted} is wanted, and a version cannot be changed. Delete it in Stripe's dashboard, then create it here.`,
  },
})
