import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { startProcess, type RunningProcess } from '@titanforge/core/testing'

const program = (name: string) => fileURLToPath(new URL(`../src/${name}.js`, import.meta.url))

/** The variables that would make this machine's environment show in a test. */
const NOTHING_CONFIGURED = {
  DATABASE_URL: undefined,
  STRIPE_WEBHOOK_SECRET: undefined,
  STRIPE_SECRET_KEY: undefined,
  STRIPE_API_BASE: undefined,
  // Most tests bring their own events; the sandbox has tests that turn it on.
  STRIPE_SANDBOX: 'off',
  STRIPE_SANDBOX_PORT: undefined,
  SMTP_URL: undefined,
  JWT_SECRET: undefined,
  NODE_ENV: undefined,
  LOG_LEVEL: undefined,
  HOST: undefined,
  PUBLIC_URL: undefined,
  TRUST_PROXY: undefined,
  CORS_ORIGINS: undefined,
  GITHUB_CLIENT_ID: undefined,
  GITHUB_CLIENT_SECRET: undefined,
  GITHUB_BASE_URL: undefined,
  GITHUB_API_URL: undefined,
  MAIL_FROM: undefined,
  REPORTING_CURRENCY: undefined,
  DISCORD_WEBHOOK_URL: undefined,
  DISCORD_BOT_TOKEN: undefined,
  DISCORD_CHANNEL_ID: undefined,
  DISCORD_OPERATORS: undefined,
  EVENT_CLAIM_SECONDS: undefined,
  DATABASE_POOL: undefined,
  DATABASE_READ_URL: undefined,
  DATABASE_MIGRATE: undefined,
}

export type Environment = Record<string, string | undefined>

export interface Server extends RunningProcess {
  url: string
}

/** Starts the bundled server on a free port, or a part of it. */
export async function startServer(env: Environment, ...role: string[]): Promise<Server> {
  const server = await startProcess(program('main'), {
    args: role,
    env: { ...NOTHING_CONFIGURED, PORT: '0', ...env },
    ready: /runs (?:at|for) (\S+)[\s\S]*Ctrl-C/,
    timeoutMs: 110_000,
  })
  return { ...server, url: server.match[1] ?? '' }
}

export interface Ended {
  status: number
  output: string
}

/** Runs a program of the server to its end: `main`, or `forge` with a command. */
export function runToEnd(name: 'main' | 'forge', args: string[], env: Environment): Promise<Ended> {
  const environment = { ...process.env, ...NOTHING_CONFIGURED, ...env }
  return new Promise((resolve) => {
    const options = { env: environment, timeout: 90_000 }
    execFile(process.execPath, [program(name), ...args], options, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr })
    })
  })
}

/** A new, empty folder for a server's data; `remove` takes it away. */
export async function temporaryHome(): Promise<{ home: string; remove(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'titanforge-home-'))
  // As root, PostgreSQL runs as another user, who has to be able to enter.
  await chmod(home, 0o755)
  return { home, remove: () => rm(home, { recursive: true, force: true }) }
}

export const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/${name}.jsonl`, import.meta.url))
