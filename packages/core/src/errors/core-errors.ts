import { defineErrors } from './errors.js'

const list = (lines: readonly string[]) => lines.map((line) => `\n  - ${line}`).join('')

/**
 * Every error that the kernel raises, with its remedy.
 *
 * @example
 * const answer = await createForge({ plugins: [] })
 *   .run(defineAgent({
 *     name: 'strict', description: 'Wants text.', input: z.string(), output: z.string(), run: (text) => text,
 *   }), JSON.parse('1'))
 *   .catch((error: unknown) => (error instanceof ForgeError ? error.code : 'none'))
 * answer // 'INPUT_INVALID'
 * CoreErrors.SERVICE_MISSING({ token: 'Clock' }).code // 'SERVICE_MISSING'
 */
export const CoreErrors = defineErrors({
  PLUGIN_INVALID: {
    message: (p: { plugin: string; problem: string }) => `Plugin "${p.plugin}": ${p.problem}`,
  },
  PLUGINS_MISFIT: {
    message: (p: { problems: string[] }) => `The plugins do not fit together:${list(p.problems)}`,
  },
  CONFIG_INVALID: {
    message: (p: { problems: string[] }) =>
      `The configuration has ${p.problems.length === 1 ? 'a problem' : `${p.problems.length} problems`}; nothing was started:${list(p.problems)}`,
  },
  ENV_UNREAD: {
    message: (p: { name: string }) =>
      `env('${p.name}') is read when the application is created, and is no text before. Give it by itself, and let the plugin or its schema make more of it.`,
  },
  SERVICE_MISSING: {
    message: (p: { token: string }) =>
      `No plugin provides ${p.token}. Add one that does to createForge({ plugins: [...] }); who needs it in setup() names it in \`requires\`.`,
  },
  SETUP_INCOMPLETE: {
    message: (p: { call: string }) =>
      `${p.call} was called during setup, when not every plugin is wired. Call it in start() or serve().`,
  },
  PLUGIN_FAILED: {
    message: (p: { plugin: string; phase: string; reason: string }) =>
      `Plugin "${p.plugin}" failed to ${p.phase}: ${p.reason}`,
  },
  PLUGIN_TIMED_OUT: {
    message: (p: { plugin: string; phase: string; seconds: number }) =>
      `Plugin "${p.plugin}" did not ${p.phase} within ${p.seconds} s. Look for an await that never settles, or raise the limit.`,
  },
  STOP_INVALID: {
    message: (p: { plugin: string; phase: string }) =>
      `Plugin "${p.plugin}": ${p.phase}() answered with something that is no function. Answer with the function that closes what it opened, or with nothing.`,
  },
  ROLLBACK_FAILED: {
    message: (p: { reason: string; problems: string[] }) =>
      `${p.reason}\nWhat had started could not all be stopped again:${list(p.problems)}`,
  },
  FORGE_STATE: {
    message: (p: { action: string; state: string }) =>
      `A forge that is ${p.state} cannot ${p.action}. Make a new one with createForge().`,
  },
  STOP_FAILED: {
    message: (p: { problems: string[] }) => `Stopping met problems:${list(p.problems)}`,
  },
  INPUT_INVALID: {
    status: 422,
    message: (p: { what: string; problems: string[] }) => `Invalid ${p.what}:${list(p.problems)}`,
  },
  OUTPUT_INVALID: {
    message: (p: { what: string; problems: string[] }) =>
      `${p.what} answered with what its output schema refuses:${list(p.problems)}`,
  },
  SCHEMA_INVALID: {
    message: (p: { what: string }) =>
      `The schema of ${p.what} answered with neither a value nor issues. Give one that keeps to Standard Schema (https://standardschema.dev).`,
  },
  SCHEMA_ASYNC: {
    message: (p: { what: string }) =>
      `The schema of ${p.what} validates asynchronously, or something in it throws; use a synchronous one here.`,
  },
  RUN_CANCELLED: {
    status: 499,
    message: (p: { what: string }) => `${p.what} was cancelled before it finished.`,
  },
  RUN_TIMED_OUT: {
    status: 504,
    message: (p: { what: string; ms: number }) =>
      `${p.what} took longer than ${p.ms} ms. Raise its timeoutMs, or do less in one step.`,
  },
  LEDGER_TIMED_OUT: {
    status: 504,
    message: (p: { what: string; ms: number }) =>
      `${p.what} was done, but within ${p.ms} ms the ledger did not say that it is paid. See whether its database answers.`,
  },
  RUN_ENDED: {
    message: (p: { what: string }) =>
      `${p.what} has ended, and its calls with it. Await every call before you return.`,
  },
  DEFINITION_INVALID: {
    message: (p: { what: string; problem: string }) => `${p.what}: ${p.problem}`,
  },
  NOT_ENTITLED: {
    status: 403,
    message: (p: { what: string; feature: string; reason: string }) =>
      `${p.what} needs "${p.feature}", which the customer does not have (${p.reason}).`,
  },
  BUDGET_EXCEEDED: {
    status: 402,
    message: (p: { what: string; agent: string; amount: number; left: number }) =>
      `"${p.what}" can cost ${p.amount} millionths, and the budget of agent "${p.agent}" has ${p.left} left. Raise the agent's budget, or do less in one call of it.`,
  },
  AMOUNT_INVALID: {
    message: (p: { amount: number }) =>
      `${p.amount} is no amount of money. Give a whole number of millionths, 0 or more.`,
  },
  SETTLEMENT_TOO_LARGE: {
    message: (p: { what: string; amount: number; reserved: number }) =>
      `"${p.what}" came to ${p.amount} millionths, but ${p.reserved} were reserved, and nothing was spent. Reserve the most that it can cost.`,
  },
  RESERVATION_OVER: {
    message: (p: { what: string }) =>
      `The reservation of "${p.what}" was settled or released before. Settle once, before the agent or tool ends.`,
  },
  HAND_OFF_UNKNOWN: {
    message: (p: { agent: string; to: string; team: string[] }) =>
      `Agent "${p.agent}" handed over to "${p.to}", who is not in the team: ${p.team.join(', ')}.`,
  },
  TURNS_EXCEEDED: {
    message: (p: { turns: number; last: string }) =>
      `No answer after ${p.turns} turns; the last was taken by "${p.last}". Raise maxTurns, or let an agent answer.`,
  },
  CALLS_TOO_DEEP: {
    message: (p: { what: string; deepest: number }) =>
      `${p.what} is called by an agent that is called by an agent, and so on, ${p.deepest} times. Look for one that calls itself without an end.`,
  },
  TOOL_NOT_DECLARED: {
    message: (p: { caller: string; tool: string }) =>
      `${p.caller} called the tool "${p.tool}", which it does not declare. Add it to the agent's tools.`,
  },
  CALL_REPEATED: {
    message: (p: { tool: string }) =>
      `The external tool "${p.tool}" is at work on this call, or has done it. An interceptor must not make the call again; await the first \`next()\`. A tool with a \`reconcile\` is called again by itself where that is safe.`,
  },
  OUTCOME_UNKNOWN: {
    status: 502,
    message: (p: { tool: string; reason: string }) =>
      `What became of an earlier call of the tool "${p.tool}" could not be found out: ${p.reason}`,
  },
  CALL_NOT_DONE: {
    status: 409,
    message: (p: { tool: string }) =>
      `The earlier call of the tool "${p.tool}" was not done. It may be made again.`,
  },
  TRANSACTION_OVER: {
    message: () => 'This transaction has ended. Await everything before its callback returns.',
  },
  HANDLER_TIMED_OUT: {
    message: (p: { seconds: number }) =>
      `The handler took longer than ${p.seconds} s, and its event is given to another attempt. Raise its timeoutSeconds (claimSeconds for \`commit\`), or do less in it.`,
  },
  EVENT_CONFLICT: {
    message: (p: { event: string }) =>
      `Two plugins declare the event "${p.event}" differently. An event belongs to one plugin; import it from there.`,
  },
  CONSUMER_CONFLICT: {
    message: (p: { consumer: string }) =>
      `Two handlers are called "${p.consumer}". A consumer's name is its durable identity; give each its own.`,
  },
  CONSUMER_UNKNOWN: {
    status: 404,
    message: (p: { consumer: string }) =>
      `No consumer is called "${p.consumer}". The command events:backlog lists them all.`,
  },
  EVENT_INVALID: {
    status: 422,
    message: (p: { event: string; problem: string }) => `Event "${p.event}": ${p.problem}`,
  },
  EVENT_NEWER: {
    status: 503,
    message: (p: { event: string; version: number; known: number }) =>
      `"${p.event}" is of version ${p.version}, and this process knows version ${p.known}. It waits for a process that knows it; finish the deploy.`,
  },
  NAME_CONFLICT: {
    message: (p: { kind: 'agents' | 'tools'; name: string }) =>
      `Two ${p.kind} of the application are called "${p.name}". Runs, logs and models know them by their names; give each its own.`,
  },
  COMMAND_CONFLICT: {
    message: (p: { name: string }) =>
      `There are two commands called "${p.name}". Give each its own name, such as "plugin:action".`,
  },
  COMMAND_UNKNOWN: {
    status: 404,
    message: (p: { name: string; known: string[] }) =>
      `No command "${p.name}". Commands:${list(p.known)}`,
  },
  COMMAND_USAGE: {
    status: 422,
    message: (p: { usage: string; problem: string }) => `${p.problem}\nUsage: ${p.usage}`,
  },
})
