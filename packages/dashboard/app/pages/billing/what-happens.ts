import type { Preview } from '../../api/billing'

/** Says in a sentence how a change is charged, once that is known. */
export function whatHappens(preview: Preview | undefined): string {
  if (!preview) return 'Before anything is changed, this shows what it costs.'
  if (preview.trial === 'goes_on') return 'Your trial goes on, and nothing is charged now.'
  if (preview.trial === 'ends')
    return 'This plan has no trial: yours ends with the change, and the first period is charged.'
  return preview.isPeriodCounted
    ? 'What you have paid for the rest of the period is counted.'
    : 'A new period begins with the change, because nothing is left of what was paid for the present one.'
}
