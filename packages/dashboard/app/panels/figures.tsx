import { Text } from '@radix-ui/themes'
import type { Figure } from '@titanforge/dashboard'
import { value } from '../format/value'
import { Empty } from '../ui/empty'

/** Numbers with their names. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  if (figures.length === 0) return <Empty>There is no figure yet.</Empty>
  return (
    <dl className="figures">
      {figures.map(({ label, value: amount, format = 'number', currency }) => (
        <div key={`${label} ${currency ?? ''}`}>
          <Text asChild size="2" color="gray">
            <dt>{label}</dt>
          </Text>
          <Text asChild size="6" weight="bold" className="number">
            <dd>{value(amount, format, currency)}</dd>
          </Text>
        </div>
      ))}
    </dl>
  )
}
