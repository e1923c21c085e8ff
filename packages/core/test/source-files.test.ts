import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const SOURCES = new URL('../../src/', import.meta.url)

test('half of the source files have 80 lines or less, docstrings and examples included', (t) => {
  const files = readdirSync(fileURLToPath(SOURCES), { recursive: true, encoding: 'utf8' })
  const lengths = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(file, SOURCES), 'utf8').trimEnd().split('\n').length)
    .sort((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? Infinity
  t.true(median <= 80, `the median is ${median}`)
})
