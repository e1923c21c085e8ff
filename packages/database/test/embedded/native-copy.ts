import { chown, cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findPlatformPackage, type PlatformPackage } from '../../src/embedded/platform-package.js'
import type { SystemUser } from '../../src/embedded/system-user.js'
import { temporaryFolder } from './temporary-folder.js'

/**
 * A copy of the installed package whose install script did not run.
 *
 * @param writer who, besides root, may write to its libraries.
 */
export async function nativeCopy(
  t: ExecutionContext,
  writer?: SystemUser,
): Promise<PlatformPackage> {
  const folder = await temporaryFolder(t)
  const native = join(folder, 'native')
  await cp((await findPlatformPackage()).native, native, {
    recursive: true,
    verbatimSymlinks: true,
  })
  for (const { target } of await linksOf(native)) await rm(join(folder, target), { force: true })
  if (writer) await chown(join(native, 'lib'), writer.uid, writer.gid)
  return { native, version: `0.0.0-test-${process.pid}` }
}

/** What the package's install script would link. */
export async function linksOf(native: string): Promise<{ target: string }[]> {
  return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
}
