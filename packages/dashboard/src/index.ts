export type { Flow, Member, Swarm } from './admin/swarm.js'
export { DashboardErrors } from './errors.js'
export { formPanel } from './panels/form-panel.js'
export type { PanelPage } from './panels/page.js'
export type {
  ChartPanel,
  Figure,
  FormPanel,
  Format,
  MetricPanel,
  Panel,
  PanelContext,
  Series,
  TableColumn,
  TablePanel,
} from './panels/panel.js'
export { dashboard } from './plugin.js'
