import { emailChanged } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Tells the old address that the account has moved (OWASP ASVS 5, section 6.3.7). */
export const addressChanged = defineKind({
  name: 'address-changed',
  event: emailChanged,
  businessKey: ({ userId, at }) => `address-changed:${userId}:${at}`,
  wanted: () => true,
  recipient: ({ from }) => from,
  render: ({ to }, user, product) =>
    plainLetter(
      {
        subject: `Your address for ${product.productName} was changed`,
        paragraphs: [
          `your account at ${product.productName} has a new address: ${to}.`,
          'If it was not you, tell us at once: somebody else has your account.',
        ],
      },
      user,
      product,
    ),
})
