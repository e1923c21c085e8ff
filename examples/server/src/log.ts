import { createLogger, definePlugin, env, type LogLevel } from '@titanforge/core'
import { z } from 'zod'

const level = z.enum(['debug', 'info', 'warn', 'error', 'silent'])

// Warnings and errors only, unless more is asked for: what a start prints is for people.
const parsed = level.safeParse(process.env.LOG_LEVEL || 'warn')

export const log = createLogger({
  level: parsed.success ? parsed.data : ('warn' satisfies LogLevel),
})

/** Lets a wrong `LOG_LEVEL` be reported with every other wrong setting. */
export const logging = definePlugin({
  name: 'log',
  config: z.object({ level }),
  setup: () => ({}),
})

export const logLevel = env('LOG_LEVEL', () => 'warn' as const) as LogLevel
