export { EventLog } from './event-log-service.js'
export { EventErrors } from './errors.js'
export { cron, type Job } from './job.js'
export { events } from './plugin.js'
