/** A promise and the function that resolves it. */
export function deferred<Value>() {
  let resolve = (_value: Value): void => undefined
  const promise = new Promise<Value>((settle) => (resolve = settle))
  return { promise, resolve: (value: Value) => resolve(value) }
}
