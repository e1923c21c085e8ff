import { changeTarget, type Wanted } from './change-target.js'
import { refuseOldPreview, type Shown } from './preview-change.js'
import { COUNTED, TRIED } from './change-terms.js'
import type { Step } from './step.js'

/**
 * Changes an item of a subscription. What is due is charged at once; where that fails, nothing is changed.
 *
 * @param shown by a preview: then the change costs that, or is not made.
 * @throws PREVIEW_OUTDATED, or as {@link changeTarget} and Stripe do.
 */
export const changing =
  (id: string, wanted: Wanted, shown: Shown | undefined): Step =>
  async (client, ask) => {
    const target = await changeTarget(client, id, wanted)
    const { now, item, isSame, terms } = target
    if (isSame) return now
    if (shown) await refuseOldPreview(client, target, shown)
    return ask({
      update: {
        items: [item],
        ...terms,
        payment_behavior: 'error_if_incomplete',
        ...(terms === TRIED && INSISTS),
        ...(shown && terms === COUNTED && { proration_date: shown.prorationDate }),
      },
    })
  }

/**
 * A trial may be set to end in a pause or a cancellation where there is no card, which Stripe takes for no failed
 * payment. A preview knows no such words. Once the trial is over, they mean nothing.
 *
 * @see https://docs.stripe.com/api/subscriptions/update#update_subscription-trial_settings
 */
const INSISTS = {
  trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' as const } },
}
