export * from './contract.js'
export { notifications } from './plugin.js'
