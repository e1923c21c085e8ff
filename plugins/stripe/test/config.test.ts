import test from 'ava'
import { config } from '../src/config.js'

const webhookSecrets = ['whsec_of_the_tests']

test('a key and a secret may have white space around them, as files that are mounted have', (t) => {
  const given = { secretKey: ' sk_test_of_the_tests\n', webhookSecrets: ['whsec_of_the_tests\n'] }
  t.like(config.parse(given), { secretKey: 'sk_test_of_the_tests', webhookSecrets })
})

test('a key of nothing but white space is none', (t) => {
  const { error } = config.safeParse({ secretKey: ' \n', webhookSecrets })
  t.regex(error?.message ?? '', /must not be blank; leave it out/)
})
