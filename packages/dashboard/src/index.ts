export { DashboardErrors } from './errors.js'
export { dashboard } from './plugin.js'
