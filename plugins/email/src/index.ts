export * from './contract.js'
export { EmailErrors } from './errors.js'
export { email } from './plugin.js'
export { sendEmail } from './tools.js'
