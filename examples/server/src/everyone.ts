/**
 * What an account has that pays nothing. Every limit that a plan raises is named here too, so that who has
 * no plan is bounded by it.
 */
export const everyone = {
  limits: { api_calls: 5000, agent_runs: 100, agent_concurrency: 2, spend_micros: 0 },
}
