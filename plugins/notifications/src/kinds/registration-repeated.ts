import { registrationRepeated } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Tells the owner of an address that somebody tried to register it; once a day. */
export const repeatedRegistration = defineKind({
  name: 'registration-repeated',
  event: registrationRepeated,
  businessKey: ({ userId, at }) => `registration-repeated:${userId}:${at.slice(0, 10)}`,
  wanted: () => true,
  render: (_payload, user, product) =>
    plainLetter(
      {
        subject: `You have an account at ${product.productName}`,
        paragraphs: [
          `somebody tried to register at ${product.productName} with your address, which has an account. Nothing has changed.`,
          'If it was you, log in, or ask for a new password if you forgot yours. If it was not, you need not do anything.',
        ],
      },
      user,
      product,
    ),
})
