import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const HOST = fileURLToPath(new URL('host.js', import.meta.url))

async function answerOf(child, name) {
  const ended = new AbortController()
  const [answer] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'close', { signal: ended.signal }).then(([code]) => {
      throw new Error(`${name} ended with ${code}`)
    }),
  ]).finally(() => ended.abort())
  return answer
}

/**
 * Opens one contestant of a module in a process of its own, where neither the heap nor the compiled code
 * of another is in its way. Answers undefined, and says so, where its package is not installed.
 *
 * @returns `{ name, openMs, run(n, lanes), close() }`; `run` answers with the milliseconds it took there,
 * and the peak of that process's memory so far.
 */
export async function openApart(module, name, options = {}) {
  const env = { ...process.env, NODE_ENV: 'production', OPENAI_AGENTS_DISABLE_TRACING: '1' }
  const child = fork(HOST, [module.href, name, JSON.stringify(options)], { env })
  const { missing, openMs } = await answerOf(child, name)
  if (missing) {
    console.log(`not installed: ${name} (npm install --prefix bench)`)
    return undefined
  }
  return {
    name,
    openMs,
    run(n, lanes = 1) {
      child.send({ n, lanes })
      return answerOf(child, name)
    },
    close: () => child.disconnect(),
  }
}
