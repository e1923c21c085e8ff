import { Link } from '@radix-ui/themes'
import { ApiError } from '../../api/api-error'
import { isWeb } from './is-web'

/** Leads to the invoice that something failed for, where an error names one. */
export function PayLink({ error }: { error: unknown }) {
  const details = error instanceof ApiError ? (error.details as { payUrl?: unknown } | null) : null
  const payUrl = details?.payUrl
  if (!isWeb(payUrl)) return null
  return (
    <Link href={payUrl} size="2" underline="always">
      Pay the invoice
    </Link>
  )
}
