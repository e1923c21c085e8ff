import { useMutation, useQuery } from '@tanstack/react-query'
import type { Figure, PanelPage, Series, TableColumn } from '@titanforge/dashboard'
import type { JsonSchema } from '../ui/schema-form/json-schema'
import { queryClient } from './query-client'
import { post, request } from './request'

interface Described {
  name: string
  title: string
  about?: string
  page: PanelPage
  /** The address of the same as CSV. */
  csv?: string
}

export type Panel = Described &
  (
    | { kind: 'metric' }
    | { kind: 'chart' }
    | { kind: 'table'; columns: TableColumn[] }
    | { kind: 'form'; action: string; schema: JsonSchema }
  )

export interface Content {
  metric: Figure[]
  chart: Series[]
  table: Record<string, unknown>[]
}

/** Which panels are meant: those of everybody, or those of superusers. */
export type Base = '/api/panels' | '/api/admin/panels'

const OF_EVERYBODY: readonly PanelPage[] = ['overview', 'plans', 'billing', 'runs', 'settings']

export const baseOf = (page: PanelPage): Base =>
  OF_EVERYBODY.includes(page) ? '/api/panels' : '/api/admin/panels'

export interface Days {
  from: string
  to: string
}

export const usePanels = (base: Base) =>
  useQuery({
    queryKey: ['panels', base],
    queryFn: async ({ signal }) => (await request<{ panels: Panel[] }>(base, { signal })).panels,
    staleTime: 60_000,
  })

/** What is in a panel; of the last 30 days, if none are given. */
export const useContent = <Kind extends keyof Content>(
  base: Base,
  { name }: Panel & { kind: Kind },
  days?: Days,
) =>
  useQuery({
    queryKey: ['panel', base, name, days],
    async queryFn({ signal }) {
      const query = days ? `?${new URLSearchParams({ ...days }).toString()}` : ''
      const path = `${base}/${encodeURIComponent(name)}${query}`
      return (await request<{ content: Content[Kind] }>(path, { signal })).content
    },
  })

export const useSubmitPanel = (base: Base, name: string) =>
  useMutation({
    mutationFn: async (input: unknown) =>
      (await post<{ message: string }>(`${base}/${encodeURIComponent(name)}`, input)).message,
    // What was filled in may show in any panel.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['panel'] }),
  })
