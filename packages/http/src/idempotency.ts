import { token } from '@titanforge/core'

/** A request that its client may send again, not knowing whether it arrived. */
export interface IdempotentRequest {
  /** The client's `Idempotency-Key`. */
  readonly key: string
  /** Whose key it is: the same key of somebody else is another one. */
  readonly owner: string
  /** Everything that makes it the same request: method, path and body. */
  readonly content: string
}

/** An answer that can be given again. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[]>
  readonly body: string | null
}

/** What has become of a key. */
export type IdempotencyClaim =
  | {
      readonly state: 'new'
      /** Keeps the answer. */
      keep(answer: StoredAnswer): Promise<void>
      /** Frees the key: the request failed and changed nothing. */
      release(): Promise<void>
    }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  /** The first request of this key is under way. */
  | { readonly state: 'running' }
  /** The key was used for another request. */
  | { readonly state: 'other' }

/** Remembers answers by their `Idempotency-Key`, for all processes. Answers may hold secrets. */
export interface IdempotencyStore {
  claim(request: IdempotentRequest): Promise<IdempotencyClaim>
}
export const IdempotencyStore = token<IdempotencyStore>('IdempotencyStore')
