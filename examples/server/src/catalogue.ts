import type { SandboxOptions } from '@titanforge/stripe-sandbox'

/**
 * What a new server sells, where the sandbox stands in for Stripe. Prices are in cents; `spend_micros`, what
 * priced tools may come to in a month, in millionths of a dollar.
 */
export const catalogue: NonNullable<SandboxOptions['catalogue']> = [
  {
    name: 'Starter',
    description: 'For one person with a few agents',
    metadata: {
      'feature:agents': 'true',
      'limit:api_calls': '20000',
      'limit:agent_runs': '1000',
      'limit:agent_concurrency': '3',
      'limit:spend_micros': '5000000',
      'limit:workflow_runs': '1',
    },
    prices: [
      { amount: 900, interval: 'month', lookupKey: 'starter_monthly' },
      { amount: 9000, interval: 'year', lookupKey: 'starter_yearly' },
    ],
  },
  {
    name: 'Pro',
    description: 'For those who live by their agents',
    metadata: {
      'feature:agents': 'true',
      'feature:priority': 'true',
      'limit:api_calls': '200000',
      'limit:agent_runs': '10000',
      'limit:agent_concurrency': '10',
      'limit:spend_micros': '20000000',
      'limit:workflow_runs': '3',
    },
    prices: [
      { amount: 2900, interval: 'month', lookupKey: 'pro_monthly' },
      { amount: 29_000, interval: 'year', lookupKey: 'pro_yearly' },
    ],
  },
  {
    name: 'Report',
    description: 'One report by an agent, paid once',
    metadata: {},
    prices: [{ amount: 1900, lookupKey: 'report' }],
  },
  {
    name: 'Micro-Feature Development',
    description: 'One small feature, planned, built and reviewed by agents; an example, paid once',
    metadata: { workflow: 'micro-feature-development' },
    prices: [{ amount: 9900, lookupKey: 'micro_feature' }],
  },
]
