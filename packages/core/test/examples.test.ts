import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import test from 'ava'
import { registered } from './examples/at-hand-test.js'
import { withImports, type Offer } from './examples/at-hand.js'
import { compile } from './examples/compile.js'
import { examplesOf, programOf, type Example } from './examples/example.js'
import { publicNames } from './examples/public-names.js'

const CORE = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = join(CORE, 'dist', 'examples')
const GUIDE = fileURLToPath(new URL('../../../../docs/guide/', import.meta.url))
const PAGES = ['agents.md', 'events.md', 'plugins.md', 'testing.md']
const ENTRANCES = {
  '': 'index',
  '/testing': 'testing/index',
  '/bus': 'bus',
  '/currency': 'currency',
}

const read = (path: string) => readFileSync(path, 'utf8')
const sources = readdirSync(join(CORE, 'src'), { recursive: true, encoding: 'utf8' })
const examples: Example[] = [
  ...sources
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => examplesOf(`src/${path}`, read(join(CORE, 'src', path)))),
  ...PAGES.map((page) => programOf(`docs/guide/${page}`, read(join(GUIDE, page)))),
]

const offers: Offer[] = Object.entries(ENTRANCES).map(([entrance, file]) => ({
  module: `@titanforge/core${entrance}`,
  names: publicNames(join(CORE, 'dist', 'src', `${file}.d.ts`)).map(({ name }) => name),
}))
offers.push(
  { module: 'zod', names: ['z'] },
  { module: '../test/examples/at-hand-test.js', names: ['test', 'expectSame'] },
)

const fileOf = ({ place }: Example) => place.replace(/[^\w-]+/g, '-')
const programs = new Map(
  examples.map((example) => [fileOf(example), withImports(example.code, offers)]),
)
rmSync(FOLDER, { recursive: true, force: true })
const problems = compile(FOLDER, programs)

// One after the other, since some stop the time of the process, and some count what it has opened.
for (const example of examples) {
  test.serial(`the example of ${example.place} compiles and runs`, async (t) => {
    t.deepEqual(problems.get(fileOf(example)) ?? [], [])
    await import(pathToFileURL(join(FOLDER, `${fileOf(example)}.js`)).href)
    for (const implementation of registered.splice(0)) await implementation(t)
    t.pass()
  })
}

for (const [entrance, file] of Object.entries(ENTRANCES)) {
  test(`every export of @titanforge/core${entrance} says what it is for, with an example`, (t) => {
    const bare = publicNames(join(CORE, 'dist', 'src', `${file}.d.ts`))
      .filter(({ hasText, hasExample }) => !hasText || !hasExample)
      .map(({ name }) => name)
    t.deepEqual(bare, [])
  })
}
