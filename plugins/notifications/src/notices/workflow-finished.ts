import type { EventType } from '@titanforge/core'
import { utcDay } from '../letter/utc-day.js'
import { openProduct } from '../letter/open-product.js'
import { defineNotice, type Notice } from '../notice.js'

/** What is known of a workflow that has come to its end. */
export interface FinishedWorkflow {
  userId: string
  runId: string
  /** The workflow's name for people. */
  workflow: string
  status: 'succeeded' | 'failed' | 'cancelled'
  /** UTC. */
  finishedAt: string
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
    wanted: () => true,
    letter: ({ workflow, status, runId, finishedAt }, { product }) => ({
      subject: `${workflow} ${RESULT[status].subject}`,
      blocks: [
        { paragraph: `Your workflow ${workflow} ${RESULT[status].sentence}` },
        {
          facts: [
            ['Run', runId],
            ['Finished on', utcDay(finishedAt)],
          ],
        },
        ...openProduct(product),
      ],
    }),
  })
