export type { ErrorAnswer } from './error-answer.js'
export { HttpErrors } from './errors.js'
export { Guard, type Identity } from './guard.js'
export { HttpServer } from './http-server.js'
export { http } from './plugin.js'
export {
  reply,
  route,
  type Access,
  type Method,
  type Reply,
  type Route,
  type RouteContext,
  type RouteDefinition,
} from './route.js'
export type { RequestProblem } from './validate.js'
