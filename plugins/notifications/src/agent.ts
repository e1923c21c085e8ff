import { defineAgent, type AnyAgent } from '@titanforge/core'
import { addressChanged } from './kinds/address-changed.js'
import { confirmNewAddress } from './kinds/confirm-new-address.js'
import { passwordWasChanged } from './kinds/password-changed.js'
import { repeatedRegistration } from './kinds/registration-repeated.js'
import { resetPassword } from './kinds/reset-password.js'
import { verifyAddress } from './kinds/verify-address.js'
import { welcome } from './kinds/welcome.js'
import type { Notifier } from './notifier.js'

/** Tells people what happened. */
export function notificationAgent(notifier: Notifier): AnyAgent {
  return defineAgent({
    name: 'notification-agent',
    description: 'Tells people what happened.',
    on: [
      notifier.handles(welcome),
      notifier.handles(verifyAddress),
      notifier.handles(resetPassword),
      notifier.handles(confirmNewAddress),
      notifier.handles(addressChanged),
      notifier.handles(passwordWasChanged),
      notifier.handles(repeatedRegistration),
    ],
  })
}
