export { DashboardErrors } from './errors.js'
export { formPanel } from './panels/form-panel.js'
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
