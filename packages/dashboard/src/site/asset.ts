import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

type Encoding = 'br' | 'gzip'

/** A built file, as it is and compressed. */
export interface Asset {
  type: string
  content: Buffer
  compressed: Partial<Record<Encoding, Buffer>>
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The built files of a folder by name; none where there is no such folder. They are few and small. */
export async function readAssets(folder: string): Promise<Map<string, Asset>> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const assets = new Map<string, Asset>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const read = (ending = '') => readFile(join(folder, name + ending))
    const compressed: Asset['compressed'] = {}
    if (names.includes(`${name}.br`)) compressed.br = await read('.br')
    if (names.includes(`${name}.gz`)) compressed.gzip = await read('.gz')
    assets.set(name, { type, content: await read(), compressed })
  }
  return assets
}
