import test from 'ava'
import { isLiveKey } from '../src/live-key.js'

for (const [key, isLive] of [
  ['sk_live_x', true],
  ['rk_live_x', true],
  ['sk_test_x', false],
  ['rk_test_x', false],
  [undefined, false],
] as const)
  test(`${key ?? 'no key'} is for ${isLive ? 'real' : 'no real'} money`, (t) => {
    t.is(isLiveKey(key), isLive)
  })
