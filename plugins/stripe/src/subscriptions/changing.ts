import { changeTarget, type Wanted } from './change-target.js'
import { refuseOldPreview, type Shown } from './preview-change.js'
import { COUNTED } from './change-terms.js'
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
        ...(shown && terms === COUNTED && { proration_date: shown.prorationDate }),
      },
    })
  }
