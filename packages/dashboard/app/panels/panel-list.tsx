import type { PanelPage } from '@titanforge/dashboard'
import { baseOf, usePanels, type Days } from '../api/panels'
import { Problem } from '../ui/problem'
import { PanelView } from './panel-view'

interface Props {
  page: PanelPage
  days?: Days
}

/** The panels that plugins have contributed to a page. While they are not known there is nothing to see. */
export function PanelList({ page, days }: Props) {
  const base = baseOf(page)
  const { data, error, refetch } = usePanels(base)
  if (!data) return <Problem error={error} retry={() => void refetch()} />
  return data
    .filter((panel) => panel.page === page)
    .map((panel) => <PanelView key={panel.name} base={base} panel={panel} days={days} />)
}
