import type { Database } from '@titanforge/database'
import type { RetentionCohort, TrialCohort } from '../contract.js'

export const retention = (db: Database): Promise<RetentionCohort[]> =>
  db.query(
    `SELECT cohort::text, size, array_agg(customers ORDER BY months) AS customers
     FROM retention_cohorts GROUP BY cohort, size ORDER BY cohort`,
  )

export const trials = (db: Database): Promise<TrialCohort[]> =>
  db.query(
    `SELECT month::text, started, converted, is_open AS "isOpen", ended, ended_converted AS "endedConverted"
     FROM trial_cohorts ORDER BY month`,
  )
