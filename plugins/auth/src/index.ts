export { loggedIn, signedUp, Users, type User } from './contract.js'
export { AuthErrors } from './errors.js'
export { auth } from './plugin.js'
