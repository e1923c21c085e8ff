import { fileURLToPath } from 'node:url'
import test from 'ava'
import { publicNames, type PublicName } from './examples/public-names.js'

// A change of these lists is a change of what every plugin is written against.
const VALUES = `
  Admission CoreErrors Entitlements EventBus ForgeError Ledger RetryLater UnitOfWork check
  createForge createLogger defineAgent defineErrors defineEvent definePlugin
  defineSignal defineTool delegate env envList fanOut handOff
  inject injectable memoryEvents memoryUnitOfWork messageOf on parse runCommand runProgress
  supervise token`
const TYPES = `
  AdmissionRequest Agent AgentDefinition AnyAgent AnyPluginDefinition Call Command CommandContext CommandOption
  Contributed Contributions CoreCopy DeadLetter DeadLetterFilter DeadLetters Declarations Delegated Delegation
  DeliveryContext Environment ErrorKind EventDefinition EventEnvelope EventType FanOutOptions Forge
  ForgeErrorOptions ForgeOptions ForgeView HandOffOptions Handler HandlerContext HealthCheck
  InjectableClass InputOf Interceptor LogLevel LogMethod Logger LoggerOptions Message Observer Outcome
  OutputOf Phase Plugin PluginDefinition PluginFactory PluginReport Principal PublishOptions
  Published ReplayRange Reservation ReservationRequest RetryPolicy RunContext RunOptions RunProgress Schema
  SchemaProblem SchemaResult Services SignalType Slot Startable Stop Subscription
  SubscriptionOptions SuperviseOptions Token Tokens Tool ToolDefinition ToolEffect Transaction Turn
  TwoStepHandler Verdict`

const words = (text: string) => text.trim().split(/\s+/)

/** The names that a compiled module exports: values, and what is only a type. */
function exportsOf(declarations: string) {
  const all = publicNames(fileURLToPath(new URL(declarations, import.meta.url)))
  const names = (found: PublicName[]) => found.map(({ name }) => name)
  return {
    values: names(all.filter(({ isValue }) => isValue)),
    types: names(all.filter(({ isValue }) => !isValue)),
  }
}

test('the public names of @titanforge/core', async (t) => {
  const exported = exportsOf('../src/index.d.ts')
  t.deepEqual(exported, { values: words(VALUES), types: words(TYPES) })
  t.deepEqual(Object.keys(await import('../src/index.js')).sort(), exported.values)
})

test('the public names of @titanforge/core/bus', (t) => {
  t.deepEqual(exportsOf('../src/bus.d.ts'), {
    values: words(`
      Signals collectSubscriptions envelope inConsumeSpan inPublishSpan laneOf laneRule pauseSeconds
      payloadOf`),
    types: words('LaneRule'),
  })
})

test('the public names of @titanforge/core/testing', (t) => {
  t.deepEqual(exportsOf('../src/testing/index.d.ts'), {
    values: words(`
      busConformance captureLog fakeClock pluginConformance scriptedAgent scriptedTool startProcess
      testForge waitFor`),
    types: words(`
      Answer BusConformanceOptions CapturedLog FakeClock PluginConformanceOptions RunningProcess
      Scripted ScriptedAgentDefinition ScriptedToolDefinition StartProcessOptions TestContext TestForge
      TestForgeOptions TestFunction WaitOptions`),
  })
})
