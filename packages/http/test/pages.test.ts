import { page, route } from '@titanforge/http'
import test from 'ava'
import { call, codeOf, serve } from './serve.js'

/** What Chromium sends when somebody types an address. */
const BROWSER =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'

const home = route({
  method: 'GET',
  path: '/',
  auth: 'none',
  summary: 'The start',
  handler: () => page({ title: 'A <b>start</b>', content: '<p>Here.</p>' }),
})
const letters = route({
  method: 'POST',
  path: '/letters',
  auth: 'none',
  summary: 'A letter',
  handler: () => 1,
})

const asBrowser = (url: string, method = 'GET') =>
  fetch(url, { method, headers: { accept: BROWSER } })

test('a browser is shown a page at an address that nobody serves, with a way home', async (t) => {
  const { url } = await serve(t, { routes: [home], corsOrigins: ['https://app.example.com'] })
  for (const path of ['/nope', '/nope/deeper?token=1', '/apis', '/%3Cb%3E']) {
    const answer = await asBrowser(url + path)
    t.is(answer.status, 404, path)
    t.is(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    t.is(answer.headers.get('cache-control'), 'no-store')
    t.deepEqual(answer.headers.get('vary')?.split(', ').sort(), ['Accept', 'Origin'])
    t.truthy(answer.headers.get('x-request-id'))
    const html = await answer.text()
    t.regex(html, /<h1>There is no such page<\/h1>[^]*<a href="\/">/)
    t.notRegex(html, /nope|token|<b>/, 'nothing of the address is on the page')
  }
  const head = await asBrowser(`${url}/nope`, 'HEAD')
  t.deepEqual([head.status, head.headers.get('content-type')], [404, 'text/html; charset=utf-8'])
})

test('programs are told of unknown addresses as of any error', async (t) => {
  const { url } = await serve(t, { routes: [home, letters] })
  const missing = [404, 'ROUTE_NOT_FOUND']
  const accepts = ['*/*', 'application/json', 'application/json, text/html', 'text/plain', '']
  for (const accept of accepts) {
    const answered = await call(`${url}/nope`, { headers: { accept } })
    t.deepEqual([answered.status, codeOf(answered)], missing, accept)
  }
  const headers = { accept: BROWSER }
  for (const path of ['/api', '/api/', '/api/nope']) {
    const answered = await call(url + path, { headers })
    t.deepEqual([answered.status, codeOf(answered)], missing, path)
  }
  const posted = await call(`${url}/nope`, { method: 'POST', headers })
  t.deepEqual([posted.status, codeOf(posted)], missing)
  const wrong = await call(`${url}/letters`, { headers })
  t.deepEqual([wrong.status, codeOf(wrong)], [405, 'METHOD_NOT_ALLOWED'])
})

test('an application without pages has none for unknown addresses either', async (t) => {
  const { url } = await serve(t, { routes: [letters] })
  const answered = await call(`${url}/nope`, { headers: { accept: BROWSER } })
  t.deepEqual([answered.status, codeOf(answered)], [404, 'ROUTE_NOT_FOUND'])
})

test('a page runs no script but the one it names, and its title is text', async (t) => {
  const form = route({
    method: 'GET',
    path: '/form',
    auth: 'none',
    summary: 'A form',
    handler: () => page({ title: 'A form', content: '<form></form>', script: '/form.js' }),
  })
  const { url } = await serve(t, { routes: [home, form] })
  const policyOf = async (path: string) =>
    (await fetch(url + path)).headers.get('content-security-policy') ?? ''
  t.regex(await policyOf('/'), /^default-src 'none'; style-src 'sha256-/)
  t.notRegex(await policyOf('/'), /script-src|unsafe/)
  t.regex(await policyOf('/form'), /script-src 'self'; connect-src 'self'/)
  t.true((await (await fetch(url)).text()).includes('<h1>A &#60;b&#62;start&#60;/b&#62;</h1>'))
})
