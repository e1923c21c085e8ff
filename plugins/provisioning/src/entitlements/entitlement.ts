/** Something that a customer may do. */
export interface Entitlement {
  kind: 'plan' | 'feature' | 'limit'
  feature: string
  /** The limit; null for a plan or a feature, except that an override gives one with 1 and takes it with 0. */
  value: number | null
  /** Null while no end is known. */
  validUntil: Date | null
  /** Whether it ends because a payment is late. */
  late: boolean
}

/** An entitlement, and what it comes from. */
export interface HeldEntitlement extends Entitlement {
  source: 'subscription' | 'purchase' | 'provider' | 'override'
}

/** The limits that are enforced here. Plans can name any other, for their own plugins to ask for. */
export const LIMITS = {
  /** Calls of the API in a calendar month, UTC. */
  apiCalls: 'api_calls',
  /** Runs of agents in a calendar month, UTC. */
  agentRuns: 'agent_runs',
  /** Runs of agents at once. */
  agentConcurrency: 'agent_concurrency',
  /** What tools and agents may cost in a calendar month, UTC; millionths of the currency's main unit. */
  spend: 'spend_micros',
} as const
