import type { RunContext } from '../agents/run-context.js'
import type { Schema } from '../validation/schema.js'
import { TestingErrors } from './errors.js'

/**
 * One answer of a script: a value, an error to throw, or what makes the value of the input.
 *
 * @example
 * const answers: Answer<string, number>[] = [1999, new Error('sold out'), (product) => product.length]
 */
export type Answer<Input, Output> =
  Output | Error | ((input: Input, ctx: RunContext) => Output | Promise<Output>)

/**
 * What is known of a scripted tool or agent.
 *
 * @example
 * const inputs = (script: Scripted<unknown>) => script.calls.length
 * inputs(scriptedTool({ name: 'look_up', answers: [] })) // 0
 */
export interface Scripted<Input> {
  /** The inputs it was called with so far. */
  readonly calls: readonly Input[]
  /** @throws SCRIPT_INCOMPLETE where answers are left over, or calls came when none was left. */
  assertComplete(): void
}

// Not `unknown`, which would swallow the other kinds of answers.
export type Anything = string | number | bigint | boolean | object | null | undefined

/** Takes every value as it is. */
export const anything: Schema<Anything> = {
  '~standard': {
    version: 1,
    vendor: 'titanforge',
    validate: (value) => ({ value: value as Anything }),
  },
}

/** Answers in order, and counts. */
export function script<Input, Output>(name: string, answers: readonly Answer<Input, Output>[]) {
  const calls: Input[] = []
  const scripted: Scripted<Input> = {
    calls,
    assertComplete() {
      if (calls.length === answers.length) return
      throw TestingErrors.SCRIPT_INCOMPLETE({ name, answers: answers.length, calls: calls.length })
    },
  }
  const run = async (input: Input, ctx: RunContext): Promise<Output> => {
    const turn = calls.push(input)
    if (turn > answers.length) {
      throw TestingErrors.SCRIPT_EXHAUSTED({ name, answers: answers.length })
    }
    const answer = answers[turn - 1] as Answer<Input, Output>
    if (answer instanceof Error) throw answer
    return isFunction(answer) ? answer(input, ctx) : answer
  }
  return { scripted, run }
}

// An answer that is a function makes the value; a schema's output never is one.
const isFunction = <Input, Output>(
  answer: Answer<Input, Output>,
): answer is (input: Input, ctx: RunContext) => Output | Promise<Output> =>
  typeof answer === 'function'
