import { sqlMigration } from '@titanforge/database'

/** What the payment provider itself entitles to, beside subscriptions and purchases. */
export const providerFeatures = sqlMigration('0002-provider-features', {
  up: `
    ALTER TABLE entitlements DROP CONSTRAINT entitlements_source_check;
    ALTER TABLE entitlements ADD CONSTRAINT entitlements_source_check
      CHECK (source IN ('subscription', 'purchase', 'provider', 'override'));
  `,
  down: `
    DELETE FROM entitlements WHERE source = 'provider';
    ALTER TABLE entitlements DROP CONSTRAINT entitlements_source_check;
    ALTER TABLE entitlements ADD CONSTRAINT entitlements_source_check
      CHECK (source IN ('subscription', 'purchase', 'override'));
  `,
})
