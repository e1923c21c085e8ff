import type { Bounds } from './bounds.js'
import type { Step } from './step.js'

/** What a step hands down to those that it calls. */
export interface Caller extends Pick<Step, 'purse' | 'limit'> {
  step: Step
  bounds: Bounds
}

/** The step of a call that a step makes. */
export function below<Output>(
  { step, bounds, purse, limit }: Caller,
  kind: Step['kind'],
  definition: Step<Output>['definition'],
  place: string,
): Step<Output> {
  const { surroundings, run, depth, idempotencyKey } = step
  return {
    surroundings,
    run,
    kind,
    definition,
    purse,
    depth: depth + 1,
    idempotencyKey: `${idempotencyKey}.${place}-${definition.name}`,
    outer: bounds,
    limit,
    timeoutMs: definition.timeoutMs,
  }
}
