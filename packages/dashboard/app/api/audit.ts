import { usePages } from './pages'

export interface AuditEntry {
  id: string
  action: string
  actorId: string | null
  /** Null where the account was deleted, too. */
  actorEmail: string | null
  subjectId: string | null
  subjectEmail: string | null
  ip: string | null
  at: string
  before: unknown
  after: unknown
}

export const useAudit = () =>
  usePages({
    queryKey: ['audit'],
    path: '/api/admin/audit',
    itemsOf: ({ entries }: { entries: AuditEntry[] }) => entries,
  })
