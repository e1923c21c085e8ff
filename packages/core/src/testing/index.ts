export { busConformance, type BusConformanceOptions } from './bus-conformance/bus-conformance.js'
export { captureLog, type CapturedLog } from './capture-log.js'
export { fakeClock, type FakeClock } from './fake-clock.js'
export { freePort } from './free-port.js'
export {
  pluginConformance,
  type PluginConformanceOptions,
} from './plugin-conformance/plugin-conformance.js'
export type { Answer, Scripted } from './script.js'
export { scriptedAgent, type ScriptedAgentDefinition } from './scripted-agent.js'
export { scriptedTool, type ScriptedToolDefinition } from './scripted-tool.js'
export { startProcess, type RunningProcess, type StartProcessOptions } from './start-process.js'
export type { TestContext, TestFunction } from './suite.js'
export { testForge, type TestForge, type TestForgeOptions } from './test-forge.js'
export { waitFor, type WaitOptions } from './wait-for.js'
