export * from './contract.js'
export { ProvisioningErrors } from './errors.js'
export { provisioning } from './plugin.js'
