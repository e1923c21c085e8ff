/**
 * What a suite needs of a test's `t`; AVA's has it.
 *
 * @example
 * const closing = (t: TestContext, forge: Forge) => t.teardown(() => forge.stop())
 */
export interface TestContext {
  /** Runs when the test has ended, the last one given first. */
  teardown(fn: () => void | Promise<void>): void
  /** Counts as an assertion, for runners that refuse a test without one. */
  pass(): unknown
}

type Register = (title: string, implementation: (t: TestContext) => Promise<void>) => void

/**
 * What a suite registers its tests with: AVA's `test`, or anything of this form.
 *
 * @example
 * const registered: string[] = []
 * const collect: TestFunction = (title) => void registered.push(title)
 * const empty = definePlugin({ name: 'empty', setup: () => ({}) })
 * pluginConformance(collect, empty)
 * registered.length > 0 // true
 */
export interface TestFunction extends Register {
  /** Registers a test that runs alone; used where there is one. */
  serial?: Register
}

/** Registers one test of a suite. It asserts by throwing, as `node:assert` does. */
export type Check = (title: string, body: (t: TestContext) => void | Promise<void>) => void

/** Registers a suite's tests under a prefix, to run one after the other where the runner can. */
export function suite(test: TestFunction, prefix: string): Check {
  const register = test.serial ?? test
  return (title, body) =>
    register(`${prefix}: ${title}`, async (t) => {
      await body(t)
      t.pass()
    })
}
