import { defineEvent, on, type Subscription } from '@titanforge/core'
import { z } from 'zod'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import { isFinal } from './is-final.js'
import { patiently } from './patiently.js'

export const METER_ERRORS = 'v1.billing.meter.error_report_triggered'

/** Stripe found errors in usage that it had taken. The report itself has to be fetched. */
export const meterErrorsReported = defineEvent({
  name: 'stripe.meter_errors_reported',
  version: 1,
  schema: z.looseObject({
    id: z.string().min(1).max(255),
    type: z.literal(METER_ERRORS),
    livemode: z.boolean().optional(),
  }),
})

const report = z.object({
  data: z.object({
    developer_message_summary: z.string().default(''),
    reason: z
      .object({
        error_types: z.array(
          z.object({
            code: z.string(),
            sample_errors: z
              .array(
                z.object({
                  error_message: z.string(),
                  request: z.object({ identifier: z.string() }).nullish(),
                }),
              )
              .default([]),
          }),
        ),
      })
      .optional(),
  }),
})

/** Makes a dead letter of each report, with what Stripe says: somebody has to look at it. */
export function meterErrorsHandler(gateway: StripeGateway): Subscription {
  return on(
    meterErrorsReported,
    'billing.meter-errors',
    {
      prepare: ({ payload }) =>
        patiently(gateway, (client) => client.v2.core.events.retrieve(payload.id)),
      commit: async (_ctx, event) => {
        throw StripeErrors.METER_EVENT_REJECTED({ reason: reasonOf(event) })
      },
    },
    { retry: { nonRetryable: isFinal } },
  )
}

function reasonOf(event: unknown): string {
  const parsed = report.safeParse(event)
  if (!parsed.success) return 'its report has a shape that nothing here knows'
  const { developer_message_summary: summary, reason } = parsed.data.data
  const samples = (reason?.error_types ?? []).flatMap(({ code, sample_errors }) =>
    sample_errors.map(
      ({ error_message, request }) => `${code}: ${error_message} (${request?.identifier ?? '?'})`,
    ),
  )
  return [summary, ...samples].filter(Boolean).join('; ')
}
