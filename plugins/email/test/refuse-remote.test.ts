import test from 'ava'
import { refuseRemote } from '../src/refuse-remote.js'

const asking = (host: string) => (name: string) => (name === 'Host' ? host : '')
const refused = { code: 'MAIL_LOCAL_ONLY' }

test('a program on this machine that asks for this machine sees the mails', (t) => {
  for (const ip of ['127.0.0.1', '127.0.0.53', '::1']) {
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000']) {
      t.notThrows(() => refuseRemote(asking(host), ip), `${host} from ${ip}`)
    }
  }
})

test('security 8: whoever connects from elsewhere does not see them, whatever name they ask for', (t) => {
  for (const ip of ['203.0.113.7', '10.0.0.1', '172.17.0.1', '2001:db8::1', '1127.0.0.1', '']) {
    t.throws(() => refuseRemote(asking('localhost:3000'), ip), refused, ip)
  }
})

test('a page that points a name of its own at this machine does not see them', (t) => {
  for (const host of ['evil.example', 'localhost.evil.example', '']) {
    t.throws(() => refuseRemote(asking(host), '127.0.0.1'), refused, host)
  }
})
