/** Settles as the work does, or with undefined after so many milliseconds. */
export async function atMost<Result>(
  ms: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  const over = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => over.resolve(undefined), ms)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    clearTimeout(timer)
  }
}
