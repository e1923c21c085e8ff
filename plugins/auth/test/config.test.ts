import { createForge, env, type ForgeError } from '@titanforge/core'
import { auth } from '@titanforge/auth'
import { database } from '@titanforge/database'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import test from 'ava'

const GOOD = 'kq7vmz2xHc0bTnW5ryJd8eLuPa1sGf4iXo9Q'

function problemOf(
  jwtSecret: string | string[],
  environment: NodeJS.ProcessEnv = {},
  github?: { clientId?: string; clientSecret?: string },
): string {
  const plugins = [database(), events(), auth({ jwtSecret, github })]
  try {
    createForge({ plugins, environment })
  } catch (error) {
    return (error as ForgeError).code === 'CONFIG_INVALID' ? (error as ForgeError).message : ''
  }
  return ''
}

test('a secret that is short or typed is refused with a remedy, and not shown', (t) => {
  for (const secret of [
    '',
    'only thirty-one bytes long, sir',
    'x'.repeat(64),
    'secret'.repeat(8),
    'Change-me.Now! '.repeat(3).trim(),
    GOOD.slice(0, 20) + GOOD.slice(0, 20),
  ]) {
    const problem = problemOf(secret)
    t.regex(problem, /auth\.jwtSecret.*32 bytes.*openssl rand/)
    t.false(problem.includes('thirty-one'))
  }
  t.is(problemOf(GOOD), '')
  t.is(problemOf('€äöüß§½łŋħđðæſ”'), '')
})

test('every one of several secrets has to be good', (t) => {
  const good = GOOD
  t.is(problemOf([good, `${good}x`]), '')
  t.not(problemOf([good, 'short']), '')
  t.not(problemOf([]), '')
})

test('GitHub needs both of its values', (t) => {
  const secret = GOOD
  t.regex(problemOf(secret, {}, { clientId: 'id' }), /auth\.github\.clientSecret/)
  t.regex(problemOf(secret, {}, { clientSecret: 'secret' }), /auth\.github\.clientId/)
  t.is(problemOf(secret, {}, { clientId: 'id', clientSecret: 'secret' }), '')
})

test('a missing secret is refused by the name of its variable', (t) => {
  t.regex(problemOf(env('JWT_SECRET')), /JWT_SECRET/)
})

test('the pages of mails lead on to a path of this server and to nothing else', (t) => {
  const start = (home: string) =>
    createForge({
      plugins: [database(), events(), http({ port: 0 }), auth({ jwtSecret: GOOD, home })],
    })
  for (const home of ['https://evil.example', '//evil.example', '/\\evil.example', 'app', '/"x'])
    t.throws(() => start(home), { code: 'CONFIG_INVALID', message: /auth\.home.*such as \// }, home)
  t.notThrows(() => start('/'))
})
