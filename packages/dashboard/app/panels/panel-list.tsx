import { usePanels, type Base, type Days, type Panel } from '../api/panels'
import { PanelView } from './panel-view'

interface Props {
  base: Base
  days?: Days
  /** Which of them; all, if left out. */
  only?: (panel: Panel) => boolean
}

/** The panels that plugins have contributed. While they are not known there is nothing to see. */
export function PanelList({ base, days, only = () => true }: Props) {
  const { data = [] } = usePanels(base)
  return data
    .filter(only)
    .map((panel) => <PanelView key={panel.name} base={base} panel={panel} days={days} />)
}
