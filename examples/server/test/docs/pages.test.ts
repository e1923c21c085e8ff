import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { packages, pages, read, ROOT } from './pages.js'

const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, '')

/** As GitHub makes them of headings. */
const anchorsOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )

test('every link of a page leads to something', (t) => {
  t.true(pages.length > 30)
  for (const page of pages) {
    for (const [, link = ''] of withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      t.true(existsSync(join(ROOT, target)), `${page}: ${link}`)
      if (anchor) t.true(anchorsOf(target).includes(anchor), `${page}: ${link}`)
    }
  }
})

test('every package shows its README and the licence', (t) => {
  for (const folder of packages) {
    t.true(existsSync(join(ROOT, folder, 'README.md')), folder)
    t.is(read(`${folder}/LICENSE`), read('LICENSE'), folder)
  }
})

test('the README names every variable that the server reads', (t) => {
  const folder = 'examples/server/src'
  const code = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => read(`${folder}/${path}`))
    .join('\n')
  const names = new Set(
    [...code.matchAll(/(?:\benv(?:List)?\('|process\.env(?:\.|\['))([A-Z][A-Z_]+)/g)].map(
      ([, name = '']) => name,
    ),
  )
  t.true(names.size > 20)
  const readme = read('README.md')
  const missing = [...names].filter((name) => !new RegExp(`\`${name}[\`=]`).test(readme))
  t.deepEqual(missing, [])
})

test('every command that the README and the guides name exists', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const page of pages) {
    for (const [, name = ''] of read(page).matchAll(/npm run ([\w:-]+)/g))
      t.truthy(scripts[name], `${page}: npm run ${name}`)
  }
})

// Payments and slots were named by what they are about.
const UNNUMBERED = [28, 29, 30, 31, 32, 33, 34, 38]

test('each of the forty lines of security leads to a test that bears its number', (t) => {
  const rows = [...read('docs/security.md').matchAll(/^\| +(\d+) \|(.*)$/gm)]
  t.deepEqual(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 40 }, (_, index) => index + 1),
  )
  for (const [, number = '', row = ''] of rows) {
    const files = [...row.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path)
    const isNumbered = files.some((path) => read(path).includes(`security ${number}:`))
    t.true(isNumbered || UNNUMBERED.includes(Number(number)), `${number}: ${row}`)
  }
})
