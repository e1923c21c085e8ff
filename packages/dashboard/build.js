// Builds the web application into dist/app, with every file compressed beside it; does nothing where what
// it is made of has not changed.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const HERE = import.meta.dirname
const OUT = join(HERE, 'dist', 'app')
const STAMP = join(HERE, 'dist', 'app.stamp')
const COMPRESSIBLE = /\.(js|css|html|svg)$/
/** What a first load may come to, in bytes of compressed JavaScript, before charts. */
const MOST_BYTES = 200_000

const filesIn = async (folder) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

async function fingerprint() {
  const hash = createHash('sha256')
  const lock = join(HERE, '..', '..', 'package-lock.json')
  const own = ['build.js', 'vite.config.js', 'package.json'].map((name) => join(HERE, name))
  for (const file of [...own, lock, ...(await filesIn(join(HERE, 'app')))]) {
    hash
      .update(file)
      .update('\0')
      .update(await readFile(file))
      .update('\0')
  }
  return hash.digest('hex')
}

async function compressAll() {
  for (const file of (await filesIn(OUT)).filter((file) => COMPRESSIBLE.test(file))) {
    const content = await readFile(file)
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }))
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
  }
}

/** The JavaScript that every page needs: the entry, and what it imports before it runs. */
async function firstLoad() {
  const manifest = JSON.parse(await readFile(join(OUT, 'manifest.json'), 'utf8'))
  const needed = new Set()
  const visit = (name) => {
    if (needed.has(name)) return
    needed.add(name)
    manifest[name].imports?.forEach(visit)
  }
  visit('index.html')
  const sizes = [...needed].map(async (name) => {
    const { length } = await readFile(join(OUT, `${manifest[name].file}.gz`))
    return length
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

const now = await fingerprint()
const before = existsSync(STAMP) && existsSync(OUT) ? await readFile(STAMP, 'utf8') : undefined
if (now !== before) {
  // Loaded here: nobody whose build is up to date waits for it.
  const [{ build }, { config }] = await Promise.all([import('vite'), import('./vite.config.js')])
  await build(config)
  await compressAll()
  const bytes = await firstLoad()
  console.log(
    `The web application's first load is ${Math.ceil(bytes / 1000)} kB of gzipped JavaScript.`,
  )
  if (bytes > MOST_BYTES)
    throw new Error(`That is more than ${MOST_BYTES / 1000} kB; load some of it later.`)
  await writeFile(STAMP, now)
}
