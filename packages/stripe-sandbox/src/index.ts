export { SandboxErrors } from './errors.js'
export type { SandboxOptions } from './options.js'
export { stripeSandbox } from './plugin.js'
export { startStripeSandbox, type StripeSandbox } from './start.js'
