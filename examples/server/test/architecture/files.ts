import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Texts by path from the root, with slashes: package.json and src of every workspace. */
export type Files = Record<string, string>

export const isSource = (path: string) => /\.tsx?$/.test(path)
export const sourcesOf = (files: Files) => Object.keys(files).filter(isSource)
/** Such as `packages/core`. */
export const folderOf = (path: string) => path.split('/').slice(0, 2).join('/')

/** From the compiled file. */
const root = fileURLToPath(new URL('../../../../../', import.meta.url))

export async function readWorkspaces(): Promise<Files> {
  const files: Files = {}
  for (const group of ['packages', 'plugins', 'examples']) {
    for (const name of await readdir(join(root, group))) {
      const folder = `${group}/${name}`
      const sources = await readdir(join(root, folder, 'src'), { recursive: true })
      const paths = sources
        .filter(isSource)
        .map((path) => posix.join('src', ...path.split(/[\\/]/)))
      for (const path of ['package.json', ...paths]) {
        files[`${folder}/${path}`] = await readFile(join(root, folder, path), 'utf8')
      }
    }
  }
  return files
}
