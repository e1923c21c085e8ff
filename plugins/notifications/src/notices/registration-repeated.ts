import { registrationRepeated } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Tells the owner of an address that somebody tried to register it; once a day. */
export const repeatedRegistration = defineNotice({
  name: 'registration-repeated',
  topic: 'account',
  event: registrationRepeated,
  businessKey: ({ userId, at }) => `registration-repeated:${userId}:${at.slice(0, 10)}`,
  wanted: () => true,
  letter: (_payload, { product: { productName } }) => ({
    subject: `You have an account at ${productName}`,
    blocks: [
      {
        paragraph: `Somebody tried to register at ${productName} with your address, which has an account. Nothing has changed.`,
      },
      {
        paragraph:
          'If it was you, log in, or ask for a new password if you forgot yours. If it was not, you need not do anything.',
      },
    ],
  }),
})
