import { sqlMigration } from '@titanforge/database'

export const idempotencyKeys = sqlMigration('0008-idempotency-keys', {
  up: `
    CREATE TABLE idempotency_keys (
      hash bytea PRIMARY KEY,
      content bytea NOT NULL,
      claim uuid NOT NULL,
      claimed_until timestamptz NOT NULL,
      answer bytea,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN idempotency_keys.hash IS 'of the key and whose it is';
    COMMENT ON COLUMN idempotency_keys.content IS 'a keyed hash of the request, which may hold a password';
    COMMENT ON COLUMN idempotency_keys.answer IS 'encrypted, for it may hold tokens';
  `,
  down: 'DROP TABLE idempotency_keys',
})
