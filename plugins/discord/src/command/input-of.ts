import { check, type Agent } from '@titanforge/core'

/**
 * What a person typed, as the agent takes it: the text itself where that fits, otherwise what it means as
 * JSON. What fits neither way is left to the agent's own check to complain about.
 */
export function inputOf({ input }: Agent, text: string | null): unknown {
  const candidates = text === null ? [null, undefined, {}] : [text, jsonIn(text)]
  const fits = candidates.findIndex((candidate) => check(input, candidate, 'input').ok)
  return candidates[Math.max(fits, 0)]
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
