export * from './contract.js'
export { AnalyticsErrors } from './errors.js'
export { analytics } from './plugin.js'
export { analyticsPanels } from './panels/plugin.js'
