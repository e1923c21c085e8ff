import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { Logger } from '@titanforge/core'
import { errorCode } from './error-code.js'
import type { PlatformPackage } from './platform-package.js'
import { withLock } from './process-lock.js'
import { programIn } from './run-program.js'
import { makeSystemFolder, SYSTEM_FOLDER } from './system-folder.js'
import { mayUse, type SystemUser } from './system-user.js'

/**
 * A PostgreSQL folder that is complete and that the user may run: the package's own, or else a copy.
 * npm may have left out the package's install script, and root's packages may be closed to others.
 */
export async function preparePrograms(
  { native, version }: PlatformPackage,
  user: SystemUser | undefined,
  log: Logger,
): Promise<string> {
  const linked = await linkLibraries(native).then(() => true, isReadOnly)
  if (linked && (!user || (await mayUse(programIn(native, 'postgres'), user)))) return native
  const folder = user ? SYSTEM_FOLDER : join(homedir(), '.cache', 'titanforge')
  const copy = join(folder, `postgres-${version}`)
  if (existsSync(copy)) return copy
  await (user ? makeSystemFolder(folder) : mkdir(folder, { recursive: true }))
  await withLock(folder, log, async () => {
    if (existsSync(copy)) return
    log.info({ from: native, to: copy }, 'copying PostgreSQL to where it can run')
    const partial = `${copy}.partial`
    await rm(partial, { recursive: true, force: true })
    await cp(native, partial, { recursive: true, verbatimSymlinks: true })
    await openToAll(partial)
    await linkLibraries(partial)
    await rename(partial, copy)
  })
  return copy
}

/** Makes the links between libraries that the package lists. */
async function linkLibraries(native: string): Promise<void> {
  for (const { source, target } of await listedLinks(native)) {
    const link = join(native, relative('native', target))
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
  }
}

/** Rethrows everything else. */
function isReadOnly(error: unknown): false {
  if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) return false
  throw error
}

async function listedLinks(native: string): Promise<{ source: string; target: string }[]> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  return JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
}

/** Readable to everybody and writable to us, whatever the original was. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    await chmod(path, mode | (mode & 0o100 ? 0o755 : 0o644))
  }
}
