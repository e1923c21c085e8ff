/** The work's promise, whatever it returns; what it throws at once is a rejection too. */
export function promised<Result>(work: () => Result | PromiseLike<Result>): Promise<Result> {
  try {
    return Promise.resolve(work())
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
    return Promise.reject(error)
  }
}
