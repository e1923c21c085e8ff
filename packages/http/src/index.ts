export { AuditTrail, type AuditedAction } from './audit-trail.js'
export type { ErrorAnswer } from './error-answer.js'
export { HttpErrors } from './errors.js'
export type { CookieOptions } from './cookie.js'
export { Guard, type Caller, type Identity } from './guard.js'
export { HttpServer } from './http-server.js'
export {
  IdempotencyStore,
  type IdempotencyClaim,
  type IdempotentRequest,
  type StoredAnswer,
} from './idempotency.js'
export { jsonSchemaOf, type JsonSchema } from './openapi/json-schema.js'
export { page } from './pages/page.js'
export { http } from './plugin.js'
export { Quota, type CountedCall } from './quota.js'
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
export { SESSION_SCOPE } from './scopes.js'
export type { AnsweredRequest, RequestObserver } from './request-observer.js'
export type { RequestProblem } from './validate.js'
