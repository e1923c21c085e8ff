import type { EventType } from '@titanforge/core'
import { defineAlert, type Alert } from '../notice.js'
import type { FinishedWorkflow } from '../notices/workflow-finished.js'

/**
 * A workflow could not be finished; somebody may have to look at it.
 *
 * @param event the event that says so, of whatever runs workflows.
 */
export const workflowFailed = (event: EventType<FinishedWorkflow>): Alert<FinishedWorkflow> =>
  defineAlert({
    name: 'alert-workflow-failed',
    event,
    businessKey: ({ runId }) => `alert-workflow-failed:${runId}`,
    wanted: ({ status }) => status === 'failed',
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
