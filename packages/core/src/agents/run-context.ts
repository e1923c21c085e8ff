import type { EventBus } from '../events/event-bus.js'
import type { Budget } from '../money/budget.js'
import type { Token } from '../plugins/token.js'
import type { Logger } from '../telemetry/logger.js'
import type { Agent } from './agent.js'
import type { Tool } from './tool.js'

/**
 * For whom a run is done.
 *
 * @example
 * const whoAmI = defineAgent({
 *   name: 'who-am-i', description: 'Tells.', input: z.null(), output: z.string(),
 *   run: (_, ctx) => ctx.principal?.userId ?? 'the application',
 * })
 * const ada: Principal = { userId: 'ada' }
 * await createForge({ plugins: [] }).run(whoAmI, null, { principal: ada }) // 'ada'
 */
export interface Principal {
  userId: string
}

/**
 * The only way from inside a run to anything outside it. Calls made through it inherit its principal,
 * deadline, cancellation and trace, so none of them can be forgotten.
 *
 * @example
 * const page = defineTool({
 *   name: 'page', description: 'Fetches a page.', effect: 'read', input: z.url(), output: z.string(),
 *   // Whatever is waited for is handed the signal, so that it ends with the run.
 *   run: async (url, ctx) => (await fetch(url, { signal: ctx.signal })).text(),
 * })
 * defineAgent({
 *   name: 'reader', description: 'Reads pages.', input: z.url(), output: z.number(), tools: [page],
 *   async run(url, ctx: RunContext) {
 *     ctx.progress(10, 'fetching')
 *     return (await ctx.tool(page, url)).length
 *   },
 * })
 */
export interface RunContext {
  readonly runId: string
  /** Undefined for the application's own work. */
  readonly principal: Principal | undefined
  /** Aborts when the run is cancelled, its deadline passes, or the caller has ended. */
  readonly signal: AbortSignal
  readonly deadline: Date
  /** The same when this step is tried again. */
  readonly idempotencyKey: string
  /** What may be spent beside the price. */
  readonly budget: Budget
  readonly log: Logger
  readonly bus: EventBus
  /** @throws SERVICE_MISSING */
  get<Service>(token: Token<Service>): Service
  /** Calls another agent as a part of this run. */
  run<Input, Output>(agent: Agent<Input, Output>, input: NoInfer<Input>): Promise<Output>
  /** @throws TOOL_NOT_DECLARED where the agent does not list the tool. */
  tool<Input, Output>(tool: Tool<Input, Output>, input: NoInfer<Input>): Promise<Output>
  /**
   * Tells whoever listens to {@link runProgress} how far the run is.
   *
   * @param percent 0 to 100.
   */
  progress(percent: number, text?: string): void
}
