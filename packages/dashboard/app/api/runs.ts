import { useMutation, useQuery } from '@tanstack/react-query'
import type { JsonSchema } from '../ui/schema-form/json-schema'
import { usePages } from './pages'
import { queryClient } from './query-client'
import { post, request } from './request'

/** Something that a customer can start: an agent, or a workflow. */
export interface Startable {
  name: string
  description: string
  input: JsonSchema
}

interface Failure {
  code: string
  message: string
}

export interface Run {
  id: string
  /** One of the two is what runs; the other is null. */
  agent: string | null
  workflow: string | null
  status: string
  progress: number | null
  text: string | null
  output: unknown
  error: Failure | null
  createdAt: string
  finishedAt: string | null
}

export interface Step {
  name: string
  kind: string
  status: string
  question?: string
  by?: 'customer' | 'operator'
  answerSchema?: JsonSchema
  progress: number | null
  text: string | null
  error: Failure | null
}

export interface RunWithSteps extends Run {
  steps: Step[]
}

const RUNS = 'runs'
const RUN_LIST = 'run-list'
const POLL_MS = 5_000
export const runKey = (id: string) => [RUNS, id] as const

export const isOver = ({ finishedAt }: Run): boolean => finishedAt !== null

/** How far a run is: an agent's has one step, which is all of it. */
export function stateOf({ agent, steps, progress, text }: RunWithSteps) {
  const [only] = steps
  const seen = agent !== null && progress === null && only ? only : { progress, text }
  return { progress: seen.progress ?? 0, text: seen.text }
}

/** The name of what runs. */
export const targetOf = ({ agent, workflow }: Run): string => agent ?? workflow ?? ''

export type Kind = 'agents' | 'workflows'

export const useStartables = (kind: Kind) =>
  useQuery({
    queryKey: [kind],
    queryFn: async ({ signal }) =>
      (await request<Record<Kind, Startable[]>>(`/api/${kind}`, { signal }))[kind],
    staleTime: 60_000,
  })

export const useRuns = () =>
  usePages({
    queryKey: [RUN_LIST],
    path: '/api/runs',
    itemsOf: ({ runs }: { runs: Run[] }) => runs,
    refetchInterval: (runs) => (runs.every(isOver) ? false : POLL_MS),
  })

export const useRun = (id: string) =>
  useQuery({
    queryKey: runKey(id),
    queryFn: ({ signal }) =>
      request<RunWithSteps>(`/api/runs/${encodeURIComponent(id)}`, { signal }),
  })

export const useStartRun = (kind: Kind, name: string) =>
  useMutation({
    mutationFn: (input: unknown) =>
      post<Run>(`/api/${kind}/${encodeURIComponent(name)}/runs`, { input }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [RUN_LIST] }),
  })

export const useTellRun = (id: string, what: 'cancel' | 'retry') =>
  useMutation({
    mutationFn: () => post(`/api/runs/${encodeURIComponent(id)}/${what}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: runKey(id) }),
  })

export const useAnswer = (id: string, step: string) =>
  useMutation({
    mutationFn: (answer: unknown) =>
      post(`/api/runs/${encodeURIComponent(id)}/steps/${encodeURIComponent(step)}/answer`, {
        answer,
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: runKey(id) }),
  })
