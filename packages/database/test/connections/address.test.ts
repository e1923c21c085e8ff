import { createForge } from '@titanforge/core'
import test from 'ava'
import { database } from '../../src/index.js'

const problems = (url: string) => {
  try {
    createForge({ plugins: [database({ url })] })
    return 'none'
  } catch (error) {
    return String(error)
  }
}

test('an address that cannot be one is refused before anything starts, and not repeated', (t) => {
  const cases: [string, RegExp | 'none'][] = [
    ['mysql://u:s3cret@host/name', /database\.url: must be a URL such as postgres/],
    ['postgres://u:s3cret@ho st:99999/name', /must be a URL/],
    ['postgres://u:s3cret@host/name?sslmode=yes', /sslmode must be one of disable, prefer/],
    ['postgres://u:s3cret@host/name?sslmode=verify-ca', /needs sslrootcert/],
    ['postgres://u:s3cret@host/name?sslmode=verify-ca&sslrootcert=system', /needs sslrootcert/],
    ['postgres://u:s3cret@host/name?sslrootcert=/no/such/file', /sslrootcert: there is no such/],
    ['postgres://u:s3cret@host/name?sslmode=verify-full&sslrootcert=system', 'none'],
    ['postgresql://u:s3cret@host/name?sslmode=disable', 'none'],
  ]
  for (const [url, expected] of cases) {
    const found = problems(url)
    if (expected === 'none') t.is(found, 'none', url)
    else t.regex(found, expected)
    t.notRegex(found, /s3cret/)
  }
})
