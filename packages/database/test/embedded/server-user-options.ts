import type { PlatformPackage } from '../../src/embedded/platform-package.js'
import type { SystemUser } from '../../src/embedded/system-user.js'

/** What a message begins with that tells of a failure. */
export const FAILED = 'failed: '

export interface ServerUserOptions {
  directory: string
  programs: PlatformPackage
  /** Whom the process turns into before it starts. */
  user?: SystemUser | undefined
  /** Does nothing more once it has started. */
  leaves?: boolean
  home?: string
}
