// Joins the modules behind each entrance of the package: a program that loads a hundred small files waits four
// times as long as for a few large ones. What is shared between entrances is a file of its own, so that they
// agree on every class and token.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import { rolldown } from 'rolldown'

const HERE = import.meta.dirname
const OUT = join(HERE, 'dist', 'bundle')

const { exports, dependencies } = JSON.parse(await readFile(join(HERE, 'package.json'), 'utf8'))

/** The source of an entrance, whose types are `dist/src/bus.d.ts`, is `src/bus.ts`. */
const sourceOf = (types) => join(HERE, types.replace('dist/', '').replace('.d.ts', '.ts'))

const bundle = await rolldown({
  input: Object.fromEntries(
    Object.values(exports).map((entrance) => [
      parse(entrance.default).name,
      sourceOf(entrance.types),
    ]),
  ),
  platform: 'node',
  external: Object.keys(dependencies),
  resolve: { extensionAlias: { '.js': ['.ts'] } },
  onwarn(warning) {
    throw new Error(warning.message)
  },
})
const { output } = await bundle.generate({
  dir: OUT,
  format: 'esm',
  chunkFileNames: 'shared/[name].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
  comments: { jsdoc: false },
})

const files = new Map(
  output.map((file) => [join(OUT, file.fileName), 'code' in file ? file.code : file.source]),
)
await mkdir(OUT, { recursive: true })
for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name)
  if (entry.isFile() && !files.has(file)) await rm(file)
}
// Another process may be loading what has not changed.
for (const [file, content] of files) {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === content) continue
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
