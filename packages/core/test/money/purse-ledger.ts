import { Ledger, type ReservationRequest } from '../../src/money/ledger.js'
import { definePlugin } from '../../src/plugins/plugin.js'

type Operation = 'reserve' | 'settle' | 'release'

/** A ledger without bounds that knows what is held and what was settled. Each answer takes some turns. */
export function purseLedger(pause: () => Promise<unknown> = () => Promise.resolve()) {
  const holds = new Map<string, number>()
  const spent = new Map<string, number>()
  const requests: ReservationRequest[] = []
  const released: number[] = []
  const faults: string[] = []
  const broken = new Map<Operation, Error>()
  let most = 0
  const sum = (amounts: Map<string, number>) => [...amounts.values()].reduce((a, b) => a + b, 0)
  const answer = async (operation: Operation) => {
    await pause()
    const error = broken.get(operation)
    if (error) throw error
  }
  const plugin = definePlugin({
    name: 'purse',
    provides: { ledger: Ledger },
    setup: () => ({
      services: {
        ledger: {
          async reserve(request) {
            await answer('reserve')
            const { key, amount } = request
            if (holds.has(key)) faults.push(`${key} was reserved while it was held`)
            requests.push(request)
            holds.set(key, amount)
            most = Math.max(most, sum(holds) + sum(spent))
            return {
              async settle(amount) {
                await answer('settle')
                if (!holds.delete(key)) faults.push(`${key} was settled when it was not held`)
                if (!spent.has(key)) spent.set(key, amount)
              },
              async release() {
                released.push(amount)
                await answer('release')
                if (!holds.delete(key)) faults.push(`${key} was released when it was not held`)
              },
            }
          },
        },
      },
    }),
  })()
  return {
    plugin,
    requests,
    /** What no kernel may ask of a ledger that works, as it was asked. */
    faults,
    /** The keys under which something was spent. */
    keysSpent: () => [...spent.keys()],
    /** What was spent, under the keys that a test is about. */
    settled: (isAbout: (key: string) => boolean = () => true) =>
      sum(new Map([...spent].filter(([key]) => isAbout(key)))),
    held: () => sum(holds),
    /** The amounts of the reservations that the ledger was told to release, each time that it was. */
    released: () => released,
    /** The most that was spent and held at one time. */
    mostTaken: () => most,
    breakWith: (operation: Operation, error: Error | undefined) =>
      void (error ? broken.set(operation, error) : broken.delete(operation)),
  }
}
