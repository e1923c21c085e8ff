import test from 'ava'
import { greeting } from '../../src/letter/greeting.js'

test('people are greeted by their name, on one line', (t) => {
  for (const name of [
    'Ada',
    'J.R.R. Tolkien',
    'Miles O’Brien',
    '李小龍',
    'Dr. Ada Lovelace',
    'Ada 2.',
  ])
    t.is(greeting(name), `Hello ${name},`)
  t.is(greeting('Ada\r\n\r\nLovelace'), 'Hello Ada Lovelace,')
  t.is(greeting(null), 'Hello there,')
})

test('a name that brings a link, or a message of its own, is not passed on', (t) => {
  const names = [
    'you won, see https://evil.example/login',
    'www.evil.example',
    'evil.example',
    't.co',
    'admin@evil.example',
    'mailto:eve',
    'a'.repeat(61),
  ]
  for (const name of names) t.is(greeting(name), 'Hello there,')
})
