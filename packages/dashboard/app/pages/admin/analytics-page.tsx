import { SegmentedControl } from '@radix-ui/themes'
import { useMemo, useState } from 'react'
import { PanelList } from '../../panels/panel-list'
import { Page } from '../../ui/page'

const MS_A_DAY = 86_400_000
const LENGTHS = ['7', '30', '90', '365']

const lastDays = (count: number) => ({
  from: new Date(Date.now() - (count - 1) * MS_A_DAY).toISOString().slice(0, 10),
  to: new Date().toISOString().slice(0, 10),
})

/** What plugins show to superusers, of the days that are chosen. */
export function AnalyticsPage() {
  const [length, setLength] = useState('30')
  const days = useMemo(() => lastDays(Number(length)), [length])
  return (
    <Page
      title="Analytics"
      actions={
        <SegmentedControl.Root size="1" value={length} onValueChange={setLength} aria-label="Days">
          {LENGTHS.map((days) => (
            <SegmentedControl.Item key={days} value={days}>
              {days} days
            </SegmentedControl.Item>
          ))}
        </SegmentedControl.Root>
      }
    >
      <PanelList page="analytics" days={days} />
    </Page>
  )
}
