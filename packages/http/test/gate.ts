/** A promise that somebody else resolves. */
export function gate<Value = void>() {
  let open: (value: Value) => void = () => {}
  const opened = new Promise<Value>((resolve) => (open = resolve))
  return { opened, open }
}
