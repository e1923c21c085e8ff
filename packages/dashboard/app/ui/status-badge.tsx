import { Badge } from '@radix-ui/themes'
import { words } from '../format/words'

const COLORS: Record<string, 'green' | 'red' | 'amber' | 'indigo'> = {
  active: 'green',
  paid: 'green',
  succeeded: 'green',
  completed: 'green',
  handled: 'green',
  retrying: 'amber',
  dead: 'red',
  trialing: 'indigo',
  running: 'indigo',
  waiting: 'amber',
  past_due: 'amber',
  open: 'amber',
  paused: 'amber',
  failed: 'red',
  unpaid: 'red',
  uncollectible: 'red',
}

/** A state in a word, with a colour that helps to find it. */
export const StatusBadge = ({ status }: { status: string }) => (
  <Badge color={COLORS[status] ?? 'gray'} highContrast>
    {words(status)}
  </Badge>
)
