export * from './contract.js'
export { OrchestratorErrors } from './errors.js'
export { orchestrator } from './plugin.js'
