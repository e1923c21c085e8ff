import { sqlMigration } from '@titanforge/database'

// No foreign keys: what happened stays, whoever goes.
export const auditLog = sqlMigration('0006-audit-log', {
  up: `
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      action text NOT NULL,
      actor_id uuid,
      subject_id uuid,
      ip text,
      request_id text,
      before jsonb,
      after jsonb
    );
    CREATE INDEX audit_log_subject_id ON audit_log (subject_id, id);
    COMMENT ON COLUMN audit_log.actor_id IS 'who did it; null for the system and for somebody unknown';

    CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP; END
    $$;
    CREATE TRIGGER audit_log_append_only
      BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
  `,
  down: `
    DROP TABLE audit_log;
    DROP FUNCTION audit_log_refuse();
  `,
})
