import type { Transaction } from '../world/transaction.js'

/** One request, its parameters already checked against the API's description. */
export interface Call<Parameters = Record<string, unknown>> {
  tx: Transaction
  params: Parameters
  /** The last id of the path; an empty text where it has none. */
  id: string
  /** The ids of the path by name. */
  path: Record<string, string>
  /** The path of the request, which lists name as their own. */
  url: string
}

export interface Operation {
  /** Such as `POST /v1/customers/{id}`. */
  name: string
  answer(call: Call): object
  /** Whether what it does is taken back when it has answered, as for a preview. */
  imagines: boolean
}

/** Declares what answers an operation of the API. */
export function operation<Parameters extends object>(
  name: string,
  answer: (call: Call<Parameters>) => object,
  { imagines = false }: { imagines?: boolean } = {},
): Operation {
  // The parameters were read by the operation's own schema.
  return { name, answer: answer as unknown as Operation['answer'], imagines }
}
