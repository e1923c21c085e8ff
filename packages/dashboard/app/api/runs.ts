import { useMutation, useQuery } from '@tanstack/react-query'
import type { JsonSchema } from '../ui/schema-form/json-schema'
import { queryClient } from './query-client'
import { post, request } from './request'

export interface Workflow {
  name: string
  version: number
  description: string
}

interface Failure {
  code: string
  message: string
}

export interface Run {
  id: string
  workflow: string
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
const POLL_MS = 5_000
export const runKey = (id: string) => [RUNS, id] as const

export const isOver = ({ finishedAt }: Run): boolean => finishedAt !== null

export const useWorkflows = () =>
  useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) =>
      (await request<{ workflows: Workflow[] }>('/api/workflows', { signal })).workflows,
  })

export const useRuns = () =>
  useQuery({
    queryKey: [RUNS],
    queryFn: async ({ signal }) =>
      (await request<{ runs: Run[] }>('/api/runs?limit=50', { signal })).runs,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.every(isOver) === false ? POLL_MS : false),
  })

export const useRun = (id: string) =>
  useQuery({
    queryKey: runKey(id),
    queryFn: ({ signal }) =>
      request<RunWithSteps>(`/api/runs/${encodeURIComponent(id)}`, { signal }),
  })

export const useStartRun = () =>
  useMutation({
    mutationFn: (workflow: string) =>
      post<Run>(`/api/workflows/${encodeURIComponent(workflow)}/runs`, { input: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [RUNS], exact: true }),
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
