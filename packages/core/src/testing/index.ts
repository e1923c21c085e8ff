export { captureLog, type CapturedLog } from './capture-log.js'
export { startProcess, type RunningProcess, type StartProcessOptions } from './start-process.js'
