import test from 'ava'
import { networkOf } from '../../src/limits/network-of.js'

test('an IPv4 address is its own network', (t) => {
  t.is(networkOf('203.0.113.7'), '203.0.113.7')
})

test('addresses of one /64 are one network, however they are written', (t) => {
  const same = ['2001:db8:1:2::1', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:DB8:1:2:3::']
  t.deepEqual(
    same.map(networkOf),
    same.map(() => '2001:db8:1:2'),
  )
  t.not(networkOf('2001:db8:1:3::1'), '2001:db8:1:2')
})

test('short forms are filled up', (t) => {
  t.is(networkOf('::1'), '0:0:0:0')
  t.is(networkOf('fe80::1%eth0'), 'fe80:0:0:0')
  t.is(networkOf('2001:db8::'), '2001:db8:0:0')
})

test('what is no address stays as it is', (t) => {
  t.is(networkOf(''), '')
  t.is(networkOf('unknown'), 'unknown')
})
