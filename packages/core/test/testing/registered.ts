import type { TestContext, TestFunction } from '../../src/testing/index.js'

/** Lets a suite register its tests here, to run them one by one and look at how they end. */
export function registered(register: (test: TestFunction) => void) {
  const tests = new Map<string, (t: TestContext) => Promise<void>>()
  register((title, implementation) => void tests.set(title, implementation))
  return {
    titles: [...tests.keys()],
    /** Runs the one test whose title has this in it. */
    async run(t: TestContext, part: string): Promise<void> {
      const [found, ...others] = [...tests].filter(([title]) => title.includes(part))
      if (!found || others.length > 0) throw new Error(`not one test with "${part}"`)
      await found[1](t)
    },
  }
}
