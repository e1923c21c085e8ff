import { chmod, mkdir } from 'node:fs/promises'

/** Where root keeps what a project's own folder cannot hold. */
export const SYSTEM_FOLDER = '/var/lib/titanforge'

/** Makes a folder there that everybody may enter, whatever the umask. */
export async function makeSystemFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(SYSTEM_FOLDER, 0o755)
  await chmod(path, 0o755)
}
