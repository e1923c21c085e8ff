import type { PlanInput } from '@titanforge/stripe'

/**
 * What this server sells: what each plan costs and grants. The offline Stripe has it from its first start on;
 * a real one is given it by `stripe:catalog:push`. Amounts are in cents; `spend_micros`, what priced tools may
 * come to in a month, is in millionths of a dollar.
 */
export const catalogue: PlanInput[] = [
  {
    key: 'starter',
    name: 'Starter',
    description: 'For one person with a few agents',
    features: ['agents'],
    limits: {
      api_calls: 20_000,
      agent_runs: 1_000,
      agent_concurrency: 3,
      spend_micros: 5_000_000,
      workflow_runs: 1,
    },
    prices: [
      { unitAmount: 900, interval: 'month' },
      { unitAmount: 9_000, interval: 'year' },
    ],
  },
  {
    key: 'pro',
    name: 'Pro',
    description: 'For those who live by their agents',
    features: ['agents', 'priority'],
    limits: {
      api_calls: 200_000,
      agent_runs: 10_000,
      agent_concurrency: 10,
      spend_micros: 20_000_000,
      workflow_runs: 3,
    },
    prices: [
      { unitAmount: 2_900, interval: 'month' },
      { unitAmount: 29_000, interval: 'year' },
    ],
  },
  {
    key: 'report',
    name: 'Report',
    description: 'One report by an agent, paid once',
    prices: [{ unitAmount: 1_900 }],
  },
  {
    key: 'micro-feature',
    name: 'Micro-Feature Development',
    description: 'One small feature, planned, built and reviewed by agents; an example, paid once',
    workflow: 'micro-feature-development',
    prices: [{ unitAmount: 9_900 }],
  },
]
