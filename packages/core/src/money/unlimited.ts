import { definePlugin } from '../plugins/plugin.js'
import { Admission } from './admission.js'
import { Entitlements } from './entitlements.js'
import { Ledger } from './ledger.js'

const nothing = () => Promise.resolve()

/** Everyone may do everything: for applications that sell nothing. */
export const unlimitedEntitlements = definePlugin({
  name: 'unlimited-entitlements',
  provides: { entitlements: Entitlements },
  setup: () => ({
    services: { entitlements: { check: async () => ({ ok: true as const, source: 'unlimited' }) } },
  }),
})

/** Any number of runs at once. */
export const unlimitedAdmission = definePlugin({
  name: 'unlimited-admission',
  provides: { admission: Admission },
  setup: () => ({ services: { admission: { admit: async () => ({ release: nothing }) } } }),
})

/** Budgets without bounds. */
export const unlimitedLedger = definePlugin({
  name: 'unlimited-ledger',
  provides: { ledger: Ledger },
  setup: () => ({
    services: { ledger: { reserve: async () => ({ settle: nothing, release: nothing }) } },
  }),
})
