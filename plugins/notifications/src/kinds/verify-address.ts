import { verificationRequested } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Asks somebody who registered to confirm the address. */
export const verifyAddress = defineKind({
  name: 'verify-address',
  event: verificationRequested,
  businessKey: ({ linkId }) => `verify-address:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  render: (_payload, user, product, url = '') =>
    plainLetter(
      {
        subject: `Confirm your address for ${product.productName}`,
        paragraphs: [`somebody registered at ${product.productName} with this address.`],
        action: { url, label: 'Confirm the address' },
        afterwards: [
          'The link is good for 24 hours. If it was not you, do not open it: without it, nobody can use your address.',
        ],
      },
      user,
      product,
    ),
})
