import { sqlMigration } from '@titanforge/database'

/** Remembers which accounts were our own people's, so that a deleted one does not count again (S18). */
export const internalAccounts = sqlMigration('0006-internal-accounts', {
  up: `
    CREATE TABLE deleted_internal_accounts (id uuid PRIMARY KEY);

    CREATE FUNCTION keep_deleted_internal_account() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO deleted_internal_accounts (id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
    $$;
    CREATE TRIGGER users_internal_deleted AFTER DELETE ON users
      FOR EACH ROW WHEN (OLD.is_internal) EXECUTE FUNCTION keep_deleted_internal_account();

    CREATE VIEW internal_accounts AS
      SELECT id FROM users WHERE is_internal UNION ALL SELECT id FROM deleted_internal_accounts;
    COMMENT ON VIEW internal_accounts IS 'accounts of our own people, also those that are gone, which no figure counts';
  `,
  down: `
    DROP VIEW internal_accounts;
    DROP TRIGGER users_internal_deleted ON users;
    DROP FUNCTION keep_deleted_internal_account();
    DROP TABLE deleted_internal_accounts;
  `,
})
