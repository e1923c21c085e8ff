import { CoreErrors, type Entitlements } from '@titanforge/core'

/**
 * @param what asks for the features, for the message.
 * @throws NOT_ENTITLED where the customer has not paid for one of them.
 */
export async function refuseUnpaid(
  entitlements: Entitlements,
  userId: string,
  what: string,
  requires: readonly string[],
): Promise<void> {
  for (const feature of requires) {
    const verdict = await entitlements.check({ userId }, feature)
    if (verdict.ok) continue
    const { code, upgradeUrl } = verdict
    throw CoreErrors.NOT_ENTITLED(
      { what, feature, reason: code },
      { details: { feature, code, upgradeUrl } },
    )
  }
}
