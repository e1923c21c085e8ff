import { agentOf, runFinished } from '@titanforge/orchestrator'
import { inWords } from '../letter/in-words.js'
import { openPage } from '../letter/open-page.js'
import { defineNotice } from '../notice.js'

const RESULT = {
  succeeded: { subject: 'is done', sentence: 'has finished; its result is there for you.' },
  failed: { subject: 'has failed', sentence: 'could not be finished.' },
  cancelled: { subject: 'was cancelled', sentence: 'was cancelled before it had finished.' },
}

/** Tells a customer that a workflow has come to its end. Who calls an agent waits for the answer anyway. */
export const workflowFinished = defineNotice({
  name: 'workflow-finished',
  topic: 'work',
  event: runFinished,
  businessKey: ({ runId }) => `workflow-finished:${runId}`,
  wanted: ({ userId, workflow }) => userId !== null && agentOf(workflow) === undefined,
  letter: ({ workflow, status, runId, error }, { product }) => ({
    subject: `${inWords(workflow)} ${RESULT[status].subject}`,
    blocks: [
      { paragraph: `Your workflow “${inWords(workflow)}” ${RESULT[status].sentence}` },
      {
        facts: [['Run', runId], ...(error ? [['Reason', error.message] as const] : [])],
      },
      ...openPage(product, 'Open the run', `/runs/${runId}`),
    ],
  }),
})
