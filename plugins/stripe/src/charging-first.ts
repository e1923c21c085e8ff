/**
 * The order of a user's subscriptions `s`, as SQL: those that go on charging, then those that end by themselves,
 * those that charge nothing now, and what is over; the newest first among equals. A user who has two should see
 * the one that costs more tomorrow.
 */
export const CHARGING_FIRST = `
  s.status IN ('canceled', 'incomplete_expired'), s.status IN ('incomplete', 'unpaid', 'paused'),
  s.cancel_at_period_end OR s.cancel_at IS NOT NULL, s.created_at DESC, s.id DESC`
