import { defineErrors } from '@titanforge/core'

/** Every error of the HTTP host, with its remedy. */
export const HttpErrors = defineErrors({
  BODY_NOT_JSON: {
    status: 400,
    message: () => 'The body is not a JSON object or array. Check its syntax.',
  },
  BODY_INCOMPLETE: {
    status: 400,
    message: () => 'The body ended before its announced length. Send it again.',
  },
  BODY_ENCODING_WRONG: {
    status: 400,
    message: () =>
      'The body is not compressed as its Content-Encoding says. Compress it so, or leave that header out.',
  },
  BODY_TOO_DEEP: {
    status: 400,
    message: (p: { levels: number }) =>
      `The body is nested too deep. Use at most ${p.levels} levels of objects and arrays.`,
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    message: () => 'The Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.',
  },
  UNAUTHENTICATED: {
    status: 401,
    message: () =>
      'This needs a valid access token. Log in and send it as "Authorization: Bearer …".',
  },
  FORBIDDEN: {
    status: 403,
    message: () => 'Your account may not do this. Ask an administrator of the application.',
  },
  SCOPE_MISSING: {
    status: 403,
    message: (p: { missing: string[] }) =>
      p.missing.includes('session')
        ? 'An API key may not do this. Log in and use an access token.'
        : `This API key lacks the scope ${p.missing.join(', ')}. Make a key that has it.`,
  },
  CROSS_SITE_REFUSED: {
    status: 403,
    message: () =>
      'The request came from a page of another site. An operator can add that origin to CORS_ORIGINS.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    message: (p: { method: string; path: string }) =>
      `There is no ${p.method} ${p.path}. Check the spelling of the path.`,
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: (p: { method: string; path: string; allowed: string[] }) =>
      `${p.path} does not take ${p.method}. Use ${p.allowed.join(' or ')}.`,
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    message: () => 'A request with this Idempotency-Key is under way. Wait for its answer.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: (p: { limitBytes: number }) =>
      `The body is too large. Send at most ${p.limitBytes} bytes.`,
  },
  CONTENT_TYPE_UNSUPPORTED: {
    status: 415,
    message: () => 'This route takes JSON. Send it as "Content-Type: application/json".',
  },
  VALIDATION_FAILED: {
    status: 422,
    message: (p: { problems: number }) =>
      `The request has ${p.problems === 1 ? 'a problem' : `${p.problems} problems`}. The details say where and what.`,
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: () =>
      'This Idempotency-Key was used for another request. Make a new key for each request.',
  },
  INTERNAL_ERROR: {
    status: 500,
    message: () =>
      'Something went wrong on our side. Try again later; if it stays, tell us the request id.',
  },
  HTTP_PORT_IN_USE: {
    message: (p: { host: string; port: number }) =>
      `Port ${p.port} of ${p.host} is in use. Stop what uses it, or set PORT to another one.`,
  },
  HTTP_ADDRESS_INVALID: {
    message: (p: { host: string; port: number; reason: string }) =>
      `Nothing can listen at port ${p.port} of ${p.host} (${p.reason}). Set HOST to an address of this machine, or 0.0.0.0 for all of them, and PORT to one that this user may use, such as 3000.`,
  },
  HTTP_ROUTE_CONFLICT: {
    message: (p: { method: string; paths: [string, string]; plugins: [string, string] }) =>
      `"${p.plugins[0]}" and "${p.plugins[1]}" both answer ${p.method} ${[...new Set(p.paths)].join(' alias ')}. Give one of them another path.`,
  },
  HTTP_GUARD_MISSING: {
    message: (p: { plugin: string; method: string; path: string }) =>
      `${p.method} ${p.path} of "${p.plugin}" is guarded, but no plugin provides a Guard. Add one that does, such as auth().`,
  },
  HTTP_NOT_SERVING: {
    message: () =>
      'The HTTP server does not serve yet, so its address is not known. Read it later.',
  },
  HEALTH_CHECK_TIMED_OUT: {
    message: (p: { name: string; ms: number }) =>
      `The health check "${p.name}" did not answer within ${p.ms} ms. Look at what it asks.`,
  },
})
