export * from './contract.js'
export { analytics } from './plugin.js'
