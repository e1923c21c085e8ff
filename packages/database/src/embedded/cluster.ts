import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseHome, homeAwayFrom } from './data-home.js'
import { errorCode } from './error-code.js'
import { makeSystemFolder } from './system-folder.js'
import { findUnprivilegedUser, mayUse, type SystemUser } from './system-user.js'

/** One PostgreSQL with its data: where everything of it lies, and who runs it. */
export interface Cluster {
  home: string
  /** Holds data and password; there only once both are complete. */
  folder: string
  data: string
  password: string
  log: string
  /** Who runs PostgreSQL; undefined for ourselves. */
  user: SystemUser | undefined
}

/** The cluster that belongs to a folder, existing or to be made. */
export async function locateCluster(folder: string): Promise<Cluster> {
  if (process.getuid?.() !== 0) return clusterAt(folder)
  const away = homeAwayFrom(folder)
  const [ownerHere, ownerAway] = [await ownerOf(folder), await ownerOf(away)]
  const owner = ownerHere ?? ownerAway
  const user = owner && owner.uid !== 0 ? owner : await findUnprivilegedUser()
  const found = { here: Boolean(ownerHere), away: Boolean(ownerAway) }
  const home = chooseHome(folder, {
    ...found,
    enterable: Boolean(owner) || (await mayUse(folder, user)),
  })
  if (home !== folder) await makeSystemFolder(home)
  return clusterAt(home, user)
}

function clusterAt(home: string, user?: SystemUser): Cluster {
  const folder = join(home, 'cluster')
  return {
    home,
    folder,
    data: join(folder, 'data'),
    password: join(folder, 'password'),
    log: join(home, 'postgres.log'),
    user,
  }
}

async function ownerOf(home: string): Promise<SystemUser | undefined> {
  try {
    const { uid, gid } = await stat(clusterAt(home).data)
    return { uid, gid }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
