import { readFile } from 'node:fs/promises'
import { ForgeError, messageOf } from '@titanforge/core'
import { z } from 'zod'

const event = z.looseObject({
  id: z.string(),
  type: z.string(),
  data: z.object({
    object: z.looseObject({
      client_reference_id: z.string().nullish(),
      customer_details: z.object({ email: z.string().nullish() }).nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
})

export interface RecordedEvent {
  id: string
  type: string
  /** The bytes to deliver. */
  body: string
  /** The account that the event says it is about. */
  reference: string | undefined
  email: string | undefined
}

/**
 * Reads a file of Stripe events, one JSON object a line, in the order of delivery.
 *
 * @throws REPLAY_FILE_UNREADABLE; REPLAY_FILE_INVALID naming the line.
 */
export async function readEvents(file: string): Promise<RecordedEvent[]> {
  const lines = (await contentOf(file)).split('\n')
  const events: RecordedEvent[] = []
  for (const [index, body] of lines.entries()) {
    if (body.trim() !== '') events.push(recorded(body, `${file}:${index + 1}`))
  }
  return events
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const message = `The file cannot be read: ${messageOf(error)}`
    throw new ForgeError('REPLAY_FILE_UNREADABLE', message, { status: 422, cause: error })
  }
}

function recorded(body: string, place: string): RecordedEvent {
  try {
    const { id, type, data } = event.parse(JSON.parse(body))
    const { client_reference_id, metadata, customer_details } = data.object
    const reference = client_reference_id ?? metadata?.account_id
    return { id, type, body, reference, email: customer_details?.email ?? undefined }
  } catch (error) {
    const message = `${place} is not a Stripe event. Give a file with one event as JSON on each line.`
    throw new ForgeError('REPLAY_FILE_INVALID', message, { status: 422, cause: messageOf(error) })
  }
}
