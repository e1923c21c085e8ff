import { createServer } from 'node:net'
import { TestingErrors } from './errors.js'

const FIRST = 10_000
// Systems take the ports of outgoing connections from here on.
const END = 32_768
const TRIES = 100

/**
 * A port of 127.0.0.1 for a program that a test starts: nobody listens on it just now, and no connection is given
 * it meanwhile.
 *
 * @example
 * const PORT = String(await freePort())
 * const program = "setInterval(() => {}, 1000); console.log('up on port', process.env.PORT)"
 * const running = await startProcess('-e', { args: [program], env: { PORT }, ready: /up on port (\d+)/ })
 * running.match[1] === PORT // true
 * await running.end('SIGTERM') // 'SIGTERM'
 * @throws NO_FREE_PORT
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST))
    if (await isFree(port)) return port
  }
  throw TestingErrors.NO_FREE_PORT({ tries: TRIES })
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
