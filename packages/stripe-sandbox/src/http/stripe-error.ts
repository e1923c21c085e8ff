/** An error as Stripe answers it. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly body: {
      type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
      message: string
      code?: string
      decline_code?: string
      param?: string
      charge?: string
      payment_intent?: object
    },
    /** Whether what the request did so far stays, as a declined payment does. */
    readonly keepsChanges = false,
  ) {
    super(body.message)
  }
}

/** The request cannot be done as it is. */
export function invalidRequest(message: string, param?: string, code?: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  })
}

/** Nothing has this id. */
export function noSuch(kind: string, id: string, param = 'id', status = 404): StripeError {
  return new StripeError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${nameOf(kind)}: '${id}'`,
    param,
  })
}

const nameOf = (kind: string) =>
  kind.replace(/^(test_helpers|entitlements|billing|billing_portal)\./, '').replaceAll('_', ' ')

/** The sandbox has a fault of its own. */
export const sandboxFailed = (): StripeError =>
  new StripeError(500, {
    type: 'api_error',
    message: 'The sandbox failed. Its log says how; please tell us.',
  })

/** An error as it is answered. The client looks for `error` in the body, not at the status. */
export function errorBody({ body }: StripeError): object {
  const doc_url = `https://stripe.com/docs/error-codes/${(body.code ?? '').replaceAll('_', '-')}`
  return { error: { ...body, ...(body.code === undefined ? {} : { doc_url }) } }
}
