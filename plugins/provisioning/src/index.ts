export * from './contract.js'
export { provisioning } from './plugin.js'
