import type { PanelPage } from '@titanforge/dashboard'
import { baseOf, usePanels, type Days } from '../api/panels'
import { PanelView } from './panel-view'

interface Props {
  page: PanelPage
  days?: Days
}

/** The panels that plugins have contributed to a page. While they are not known there is nothing to see. */
export function PanelList({ page, days }: Props) {
  const base = baseOf(page)
  const { data = [] } = usePanels(base)
  return data
    .filter((panel) => panel.page === page)
    .map((panel) => <PanelView key={panel.name} base={base} panel={panel} days={days} />)
}
