import test from 'ava'
import fc from 'fast-check'
import { localPath } from '../../src/github/local-path.js'

test('security 19: a path of this application stays as it is', (t) => {
  for (const path of ['/', '/a/b', '/a?b=c#d', '/a?next=https://example.com']) {
    t.is(localPath(path), path)
  }
})

test('security 19: whatever is asked for, a browser stays at this host', (t) => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '\t',
    '\n',
    '@',
    ':',
    'evil.example',
    'http',
    '?',
    '#',
    ' ',
    '\0',
  )
  const asked = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => `/${pieces.join('')}`),
  )
  fc.assert(
    fc.property(asked, (text) => {
      const address = new URL(`https://forge.example${localPath(text)}`)
      const relative = new URL(localPath(text), 'https://forge.example')
      return address.origin === 'https://forge.example' && relative.origin === address.origin
    }),
    { numRuns: 5000 },
  )
  t.is(localPath(undefined), '/')
})
