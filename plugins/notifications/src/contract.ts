export { workflowFailed } from './alerts/workflow-failed.js'
export type { Channel, CustomerMessage, TeamMessage } from './channels/channel.js'
export type { Block, Letter } from './letter/letter.js'
export {
  defineAlert,
  defineNotice,
  type Alert,
  type Notice,
  type Topic,
  type Writing,
} from './notice.js'
export { weeklyReport, type WeeklyReport } from './notices/weekly-report.js'
export { workflowFinished, type FinishedWorkflow } from './notices/workflow-finished.js'
