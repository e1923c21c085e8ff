// For the columns of its models, which tools of the database name.
import './accounts/account.js'

export * from './contract.js'
export { AuthErrors } from './errors.js'
export { auth } from './plugin.js'
