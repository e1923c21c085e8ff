import type { Entitlements, Principal, Verdict } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Config } from '../config.js'
import type { Grants, GrantSet } from '../contract.js'
import { decide, verdictOn } from './decide.js'
import { entitlementsOf } from './entitlement-rows.js'

/** Asks the rows and the clock each time, so that a change counts from its commit on, everywhere. */
export class GrantService implements Grants, Entitlements {
  constructor(
    private readonly db: Database,
    private readonly config: Pick<Config, 'everyone' | 'upgradeUrl'>,
  ) {}

  async of(userId: string, at = new Date()): Promise<GrantSet> {
    return decide(await entitlementsOf(this.db, userId), this.config.everyone, at)
  }

  /** The limit of this name; undefined where nothing bounds the user. */
  async limit(userId: string, name: string): Promise<number | undefined> {
    return (await this.of(userId)).limits[name]
  }

  async check({ userId }: Principal, feature: string): Promise<Verdict> {
    const held = await entitlementsOf(this.db, userId)
    return verdictOn(feature, held, { ...this.config, at: new Date() })
  }
}
