import './model.js'

export { EventErrors } from './errors.js'
export { EventLog, type Backlog } from './log/event-log.js'
export { EventIngest } from './log/ingest.js'
export { EventRecorder } from './log/recorder.js'
export { events } from './plugin.js'
export { cron, type Job, type JobContext, type JobOptions } from './schedule/job.js'
