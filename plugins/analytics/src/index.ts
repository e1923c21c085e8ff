export * from './contract.js'
export { AnalyticsErrors } from './errors.js'
export { analytics } from './plugin.js'
