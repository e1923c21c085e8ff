import { lazy, Suspense } from 'react'
import { Skeleton } from '@radix-ui/themes'
import { useContent, type Base, type Days, type Panel } from '../api/panels'
import { Boundary } from '../ui/boundary'
import { Loaded } from '../ui/loaded'
import { Section } from '../ui/section'
import { CsvButton } from './csv-button'
import { Figures } from './figures'
import { PanelForm } from './panel-form'
import { PanelTable } from './panel-table'

// With the library that draws it, which no other page needs.
const Chart = lazy(() => import('./chart').then(({ Chart }) => ({ default: Chart })))
const CHART_HEIGHT = '16rem'

interface Props<Kind extends Panel['kind'] = Panel['kind']> {
  base: Base
  panel: Panel & { kind: Kind }
  days?: Days | undefined
}

/** A panel as its plugin describes it. */
export function PanelView({ base, panel, days }: Props) {
  return (
    <Section
      title={panel.title}
      about={panel.about}
      actions={
        panel.csv !== undefined && <CsvButton title={panel.title} path={panel.csv} days={days} />
      }
    >
      <Boundary>
        {panel.kind === 'metric' && <MetricView base={base} panel={panel} days={days} />}
        {panel.kind === 'chart' && <ChartView base={base} panel={panel} days={days} />}
        {panel.kind === 'table' && <TableView base={base} panel={panel} days={days} />}
        {panel.kind === 'form' && <PanelForm base={base} panel={panel} />}
      </Boundary>
    </Section>
  )
}

function MetricView({ base, panel, days }: Props<'metric'>) {
  return (
    <Loaded query={useContent(base, panel, days)} height="4rem">
      {(figures) => <Figures figures={figures} />}
    </Loaded>
  )
}

function ChartView({ base, panel, days }: Props<'chart'>) {
  return (
    <Loaded query={useContent(base, panel, days)} height={CHART_HEIGHT}>
      {(series) => (
        <Suspense fallback={<Skeleton height={CHART_HEIGHT} aria-label="Loading" />}>
          <Chart label={panel.title} series={series} days={days} />
        </Suspense>
      )}
    </Loaded>
  )
}

function TableView({ base, panel, days }: Props<'table'>) {
  return (
    <Loaded query={useContent(base, panel, days)}>
      {(rows) => <PanelTable label={panel.title} columns={panel.columns} rows={rows} />}
    </Loaded>
  )
}
