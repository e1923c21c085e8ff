export type Done<Result = unknown> = (error: unknown, result?: Result) => void

/**
 * Tells a callback what became of a promise. What the callback itself throws it is told too: nobody else
 * would hear of it, and a rejection that nobody hears ends the process.
 */
export function callBack<Result>(work: Promise<Result>, done: Done<Result>): void {
  work.then((result) => done(null, result)).catch((error: unknown) => done(error))
}
