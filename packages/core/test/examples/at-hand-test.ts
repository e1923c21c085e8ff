import { isDeepStrictEqual } from 'node:util'
import type { ExecutionContext, TestFn } from 'ava'

type Implementation = (t: ExecutionContext) => Promise<void> | void

/** The tests that an example has registered, and that have not been run. */
export const registered: Implementation[] = []

const register = (_title: string, implementation: Implementation) =>
  void registered.push(implementation)

/** Stands in for AVA's `test`, which takes no tests while it runs some. */
export const test = Object.assign(register, { serial: register }) as unknown as TestFn

/** What an example says in a comment, as in `1 + 1 // 2`. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return
  throw new Error(`The example says ${String(expected)}, and it is ${JSON.stringify(actual)}.`)
}
