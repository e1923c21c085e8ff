import { createForge, env } from '@titanforge/core'
import test from 'ava'
import { config } from '../src/config.js'
import { stripe } from '../src/index.js'

const webhookSecrets = ['whsec_of_the_tests']

for (const secretKey of ['sk_test_x', 'sk_live_x', 'rk_test_x', 'rk_live_x', undefined]) {
  test(`the key ${secretKey ?? 'that is left out'} is taken`, (t) => {
    t.true(config.safeParse({ secretKey, webhookSecrets }).success)
  })
}

for (const secretKey of ['pk_test_x', 'pk_live_x', 'whsec_x', 'foo']) {
  test(`the key ${secretKey} is refused, and taken by another address of the API`, (t) => {
    const [issue, ...others] = config.safeParse({ secretKey, webhookSecrets }).error?.issues ?? []
    t.deepEqual([issue?.path, others], [['secretKey'], []])
    t.regex(issue?.message ?? '', /secret key \(sk_…\) or a restricted one \(rk_…\)/)
    const apiBase = 'http://127.0.0.1:12111'
    t.true(config.safeParse({ secretKey, webhookSecrets, apiBase }).success)
  })
}

test('a signing secret that is none, and an address that is none, are refused with an example', (t) => {
  const given = { webhookSecrets: [...webhookSecrets, 'we_1', ' '], publicUrl: 'foo' }
  t.deepEqual(
    config
      .safeParse(given)
      .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`),
    [
      'webhookSecrets.1 must begin with whsec_; copy it from the webhook endpoint',
      'webhookSecrets.2 must not be blank; copy it from the webhook endpoint',
      'publicUrl must be a URL such as https://app.example.com',
    ],
  )
})

test('a key that is refused is named by its variable, and not shown', (t) => {
  const environment = { STRIPE_SECRET_KEY: 'pk_live_of_somebody' }
  const plugins = [stripe({ secretKey: env('STRIPE_SECRET_KEY'), webhookSecrets })]
  const error = t.throws(() => createForge({ plugins, environment }), { code: 'CONFIG_INVALID' })
  t.regex(error.message, /stripe\.secretKey \(STRIPE_SECRET_KEY\): must be a secret key/)
  t.notRegex(error.stack ?? '', /of_somebody/)
})

test('a setting that is misspelt is refused by its name', (t) => {
  const { error } = config.safeParse({ webhookSecrets, secretkey: 'sk_test_x' })
  t.regex(error?.message ?? '', /secretkey/)
})
