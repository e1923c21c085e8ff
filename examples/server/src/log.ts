import { createLogger, type LogLevel } from '@titanforge/core'

/** Warnings and errors only, unless `LOG_LEVEL` asks for more: what a start prints is for people. */
export const log = createLogger({ level: (process.env.LOG_LEVEL ?? 'warn') as LogLevel })
