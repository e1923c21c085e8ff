import type { Entitlements, EventBus, Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { OrchestratorConfig } from '../config.js'
import type { Catalogue } from '../workflow/catalogue.js'

/** What everything that starts, changes or takes on runs has in common. */
export interface Engine {
  readonly db: Database
  readonly bus: EventBus
  readonly log: Logger
  readonly config: OrchestratorConfig
  readonly catalogue: Catalogue
  readonly entitlements: Entitlements
  /** How many runs of a customer may be at work at once. Asked outside of transactions. */
  limitOf(userId: string | null): Promise<number>
}
