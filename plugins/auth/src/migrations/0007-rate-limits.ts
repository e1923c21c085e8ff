import { sqlMigration } from '@titanforge/database'

// The columns, and their order, are those of rate-limiter-flexible.
export const rateLimits = sqlMigration('0007-rate-limits', {
  up: `
    CREATE TABLE rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    );
    COMMENT ON COLUMN rate_limits.expire IS 'milliseconds since 1970';
  `,
  down: 'DROP TABLE rate_limits',
})
