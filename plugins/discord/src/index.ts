export * from './contract.js'
export { DiscordErrors } from './errors.js'
export { discord } from './plugin.js'
