import { createHook } from 'node:async_hooks'

/**
 * The intervals that were begun while somebody watched, and not cleared since. Node.js lists those only that
 * keep the process alive; one that does not works on all the same. Timeouts are not counted: Node.js itself
 * leaves some that do not keep it alive, such as those of `AbortSignal.timeout` and of idle sockets.
 */
const begun = new Map<number, NodeJS.Timeout>()
let watching = 0

const hook = createHook({
  init(id, type, _trigger, resource) {
    if (type === 'Timeout' && isInterval(resource)) begun.set(id, resource)
  },
  destroy: (id) => void begun.delete(id),
})

// The one mark by which Node.js tells an interval from a timeout.
const isInterval = (timer: object): timer is NodeJS.Timeout =>
  '_repeat' in timer && timer._repeat !== null

/** Begins to watch; call the result to end. */
export function watchIntervals(): () => void {
  if (watching++ === 0) hook.enable()
  return () => {
    if (--watching > 0) return
    hook.disable()
    begun.clear()
  }
}

/** The intervals at work that do not keep the process alive. */
export const quietIntervals = (): NodeJS.Timeout[] =>
  [...begun.values()].filter((timer) => !timer.hasRef())
