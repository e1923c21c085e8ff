import type { EventType } from '@titanforge/core'
import { openProduct } from '../letter/open-product.js'
import { defineNotice, type Notice } from '../notice.js'

/** What is known of a workflow that has come to its end. */
export interface FinishedWorkflow {
  /** For whom it was done; null for the application's own work. */
  userId: string | null
  runId: string
  workflow: string
  status: 'succeeded' | 'failed' | 'cancelled'
  /** Why it failed, as its customer may read it. */
  error: { code: string; message: string } | null
}

const RESULT = {
  succeeded: { subject: 'is done', sentence: 'has finished; its result is there for you.' },
  failed: { subject: 'has failed', sentence: 'could not be finished.' },
  cancelled: { subject: 'was cancelled', sentence: 'was cancelled before it had finished.' },
}

/**
 * Tells a customer that a workflow has come to its end.
 *
 * @param event the event that says so, of whatever runs workflows.
 */
export const workflowFinished = (event: EventType<FinishedWorkflow>): Notice<FinishedWorkflow> =>
  defineNotice({
    name: 'workflow-finished',
    topic: 'work',
    event,
    businessKey: ({ runId }) => `workflow-finished:${runId}`,
    wanted: ({ userId }) => userId !== null,
    letter: ({ workflow, status, runId, error }, { product }) => ({
      subject: `${workflow} ${RESULT[status].subject}`,
      blocks: [
        { paragraph: `Your workflow ${workflow} ${RESULT[status].sentence}` },
        {
          facts: [['Run', runId], ...(error ? [['Reason', error.message] as const] : [])],
        },
        ...openProduct(product),
      ],
    }),
  })
