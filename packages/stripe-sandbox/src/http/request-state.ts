/** What is known of a request before it is routed. */
export interface RequestState {
  requestId: string
  /** The API version that the client asks for. */
  version: string
  /** The parameters as texts, of the query and the body. */
  form: Record<string, unknown>
}
