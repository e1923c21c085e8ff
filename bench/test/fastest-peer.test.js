import test from 'ava'
import { fastestPeer } from '../core/fastest-peer.js'

const results = new Map([
  ['ours', { ratio: 1 }],
  ['slow', { ratio: 0.01 }],
  ['quick', { ratio: 0.02 }],
])

test('the fastest peer is the one with the highest ratio', (t) => {
  t.is(fastestPeer(['slow', 'quick'], results), 0.02)
})

test('where a peer was not measured, nobody knows which is the fastest', (t) => {
  t.is(fastestPeer(['slow', 'quick', 'missing'], results), undefined)
  t.is(fastestPeer(['missing'], results), undefined)
})
