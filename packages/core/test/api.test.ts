import { fileURLToPath } from 'node:url'
import test from 'ava'
import ts from 'typescript'

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

/** The names that a compiled module exports, sorted: values, and what is only a type. */
function exportsOf(declarations: string) {
  const path = fileURLToPath(new URL(declarations, import.meta.url))
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: [] }
  const program = ts.createProgram([path], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(path)
  const module = source && checker.getSymbolAtLocation(source)
  const exported = module ? checker.getExportsOfModule(module) : []
  const isValue = (symbol: ts.Symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return (target.flags & ts.SymbolFlags.Value) !== 0
  }
  const names = (symbols: ts.Symbol[]) => symbols.map((symbol) => symbol.name).sort()
  return {
    values: names(exported.filter(isValue)),
    types: names(exported.filter((symbol) => !isValue(symbol))),
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
