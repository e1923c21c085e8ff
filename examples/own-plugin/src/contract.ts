import { defineEvent } from '@titanforge/core'
import { z } from 'zod'

/** The number of paying customers reached a milestone for the first time. */
export const milestoneReached = defineEvent({
  name: 'milestones.reached',
  version: 1,
  schema: z.object({ customers: z.number().int() }),
})
