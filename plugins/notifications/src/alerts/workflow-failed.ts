import { agentOf, runFinished } from '@titanforge/orchestrator'
import { defineAlert } from '../notice.js'

/** A workflow could not be finished; somebody may have to look at it. */
export const workflowFailed = defineAlert({
  name: 'alert-workflow-failed',
  event: runFinished,
  businessKey: ({ runId }) => `alert-workflow-failed:${runId}`,
  wanted: ({ status, workflow }) => status === 'failed' && agentOf(workflow) === undefined,
  letter: ({ workflow, runId, error, userId }, { user }) => ({
    subject: `The workflow ${workflow} has failed`,
    blocks: [
      {
        facts: [
          ['Customer', userId === null ? 'none' : (user?.email ?? 'gone')],
          ['Run', runId],
          ['Reason', error ? `${error.code}: ${error.message}` : 'not given'],
        ],
      },
    ],
  }),
})
