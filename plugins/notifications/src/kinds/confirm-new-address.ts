import { emailChangeRequested } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Asks at the new address whether the account is to move there. */
export const confirmNewAddress = defineKind({
  name: 'confirm-new-address',
  event: emailChangeRequested,
  businessKey: ({ linkId }) => `confirm-new-address:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  render: (_payload, user, product, url = '') =>
    plainLetter(
      {
        subject: `Confirm your new address for ${product.productName}`,
        paragraphs: [`an account at ${product.productName} is to move to this address.`],
        action: { url, label: 'Confirm the new address' },
        afterwards: ['The link is good for an hour. If it was not you, do not open it.'],
      },
      user,
      product,
    ),
})
