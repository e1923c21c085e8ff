/** What the server answered instead of what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message)
  }
}

/** Whether what was asked for is not there, so that it helps nobody to ask again. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404

interface Detail {
  path?: string | (string | number)[]
  message?: string
}

/** What went wrong, for a person: what is wrong with what was typed, where the server says that. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'The server cannot be reached. Look at your connection, and try again.'
  const details = Array.isArray(error.details) ? (error.details as Detail[]) : []
  const said = details.flatMap(({ message }) => message ?? [])
  return said.length > 0 ? said.join(' ') : error.message
}
