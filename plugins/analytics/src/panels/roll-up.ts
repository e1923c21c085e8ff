import { formPanel } from '@titanforge/dashboard'
import { z } from 'zod'
import type { Analytics } from '../contract.js'

/** Brings the figures up to now, for who does not want to wait for the hourly job. */
export const rollUpPanel = (analytics: Analytics) =>
  formPanel({
    name: 'analytics.roll-up',
    title: 'Figures',
    about: 'They are computed at ten past each hour.',
    audience: 'superuser',
    input: z.object({}),
    action: 'Compute them now',
    async submit() {
      await analytics.catchUp()
      return 'The figures are up to now.'
    },
  })
