import { createForge, env, type ForgeError } from '@titanforge/core'
import { auth } from '@titanforge/auth'
import { database } from '@titanforge/database'
import { events } from '@titanforge/events'
import test from 'ava'

function problemOf(jwtSecret: string, environment: NodeJS.ProcessEnv = {}): string {
  const plugins = [database(), events(), auth({ jwtSecret })]
  try {
    createForge({ plugins, environment })
  } catch (error) {
    return (error as ForgeError).code === 'CONFIG_INVALID' ? (error as ForgeError).message : ''
  }
  return ''
}

test('a secret of less than 32 bytes is refused with a remedy, and not shown', (t) => {
  for (const secret of ['', 'only thirty-one bytes long, sir']) {
    const problem = problemOf(secret)
    t.regex(problem, /auth\.jwtSecret.*32 bytes.*openssl rand/)
    t.false(problem.includes('thirty-one'))
  }
  t.is(problemOf('x'.repeat(32)), '')
  t.is(problemOf('€'.repeat(11)), '')
})

test('a missing secret is refused by the name of its variable', (t) => {
  t.regex(problemOf(env('JWT_SECRET')), /JWT_SECRET/)
})
