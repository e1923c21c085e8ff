import type { Schema } from '@titanforge/core'
import type { Identity } from '@titanforge/http'
import type { PanelPage } from './page.js'

/** What a panel's content is asked for with. */
export interface PanelContext {
  /** Who looks at it. */
  readonly identity: Identity
  /** The first and the last day that are asked about, UTC, as `2026-01-31`. */
  readonly from: string
  readonly to: string
}

/** How a number is shown. Money is in minor units, of the `currency` beside it. */
export type Format = 'text' | 'number' | 'percent' | 'money' | 'day' | 'moment'

export interface Figure {
  label: string
  /** Null where it is not known. A share is 0.5 for 50 %. */
  value: number | null
  format?: 'number' | 'percent' | 'money'
  /** ISO 4217; for money. */
  currency?: string
}

export interface Series {
  name: string
  /** ISO 4217, where the values are money in minor units. */
  currency?: string
  /** Days, UTC, as `2026-01-31`, oldest first, and their values. */
  points: readonly (readonly [day: string, value: number])[]
}

export interface TableColumn {
  /** The key of its values in the rows. */
  key: string
  title: string
  format?: Format
}

type Row = Readonly<Record<string, unknown>>
type Awaitable<Value> = Value | Promise<Value>

interface PanelBase {
  /** Unique in an application, such as `weather.forecasts`; a part of its address. */
  readonly name: string
  readonly title: string
  readonly about?: string
  /** Who sees it: everybody who is logged in, or superusers. */
  readonly audience: 'user' | 'superuser'
  /** On which page; the overview for everybody and the analytics for superusers, if left out. */
  readonly page?: PanelPage
  /**
   * A path of this server, such as `/api/forecasts`, that answers the same days as rows where it is asked for
   * `text/csv` with `?from&to`. The panel offers it as a file.
   */
  readonly csv?: string
}

export interface MetricPanel extends PanelBase {
  readonly kind: 'metric'
  load(ctx: PanelContext): Awaitable<readonly Figure[]>
}

export interface ChartPanel extends PanelBase {
  readonly kind: 'chart'
  load(ctx: PanelContext): Awaitable<readonly Series[]>
}

export interface TablePanel extends PanelBase {
  readonly kind: 'table'
  readonly columns: readonly TableColumn[]
  /** Money needs a `currency` in its row. */
  load(ctx: PanelContext): Awaitable<readonly Row[]>
}

export interface FormPanel extends PanelBase {
  readonly kind: 'form'
  /** What is filled in: an object of strings, numbers and booleans. Its JSON Schema makes the fields. */
  readonly input: Schema
  /** What the button says. */
  readonly action: string
  /** @returns what is said to whoever sent it. */
  submit(input: unknown, ctx: Pick<PanelContext, 'identity'>): Awaitable<string>
}

/** A part of the web application, described on the server alone. */
export type Panel = MetricPanel | ChartPanel | TablePanel | FormPanel

declare module '@titanforge/core' {
  interface Contributions {
    panels?: readonly Panel[]
  }
}
