import { defineEvent, type EventType } from '@titanforge/core'
import { z } from 'zod'
import { reach } from './fault-points.js'
import type { NodeSettings } from './settings.js'

/** What handlers read of an event, whatever its version. */
export interface Made {
  key?: string
  position?: number
  poison?: string
  /** `text` in version 1, `label` in version 2. */
  text?: string
  label?: string
}

const common = {
  key: z.string().optional(),
  position: z.number().int().optional(),
}

/** The one event of the suite, as this node knows it. */
export function made({ version = 1, refusesPoison = false }: NodeSettings): EventType<Made> {
  // A consumer validates after its claim and before its handler: the one moment between the two.
  const poison = z
    .string()
    .optional()
    .refine((value) => {
      void reach('consumer.claimed')
      return value !== 'schema' || !refusesPoison
    }, 'is poison')
  const name = 'faults.made'
  const key = (payload: Made) => payload.key
  if (version === 1) {
    return defineEvent({
      name,
      version,
      key,
      schema: z.object({ ...common, poison, text: z.string() }),
    })
  }
  return defineEvent({
    name,
    version,
    key,
    schema: z.object({ ...common, poison, label: z.string() }),
    upcast: (old) => {
      const { text, ...rest } = old as Made
      return { ...rest, label: text }
    },
  })
}
