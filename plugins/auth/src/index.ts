// For the columns of its models, which tools of the database name.
import './models.js'

export { loggedIn, signedUp, Users, type User } from './contract.js'
export { AuthErrors } from './errors.js'
export { auth } from './plugin.js'
