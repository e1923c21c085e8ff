import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream'
import { useEffect } from 'react'
import { ApiError } from './api-error'
import { queryClient } from './query-client'
import { send } from './request'
import { isOver, runKey, type Run, type RunWithSteps, type Step } from './runs'

const PAUSE_MS = 1_000
/** As long as one waits: the log-in is over, or the run is nobody's any more. */
const REFUSED = [401, 403, 404]

/**
 * Keeps a run that is shown as it is, by the server's events. The browser's own EventSource cannot say who
 * asks, so the stream is read here; it is taken up again where it broke off.
 */
export function useRunStream(id: string, isFollowed: boolean): void {
  useEffect(() => {
    if (!isFollowed) return
    const gone = new AbortController()
    void follow(id, gone.signal)
    return () => gone.abort()
  }, [id, isFollowed])
}

async function follow(id: string, signal: AbortSignal): Promise<void> {
  let last = ''
  while (!signal.aborted) {
    try {
      const headers = { ...(last && { 'Last-Event-ID': last }) }
      const path = `/api/runs/${encodeURIComponent(id)}/stream`
      const { body, status } = await send(path, { signal, headers })
      if (status === 204 || !body) break
      const events = body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream())
      for await (const event of events) {
        last = event.id ?? last
        queryClient.setQueryData<RunWithSteps>(runKey(id), (run) => run && apply(run, event))
      }
      const run = queryClient.getQueryData<RunWithSteps>(runKey(id))
      if (run && isOver(run)) break
    } catch (error) {
      if (error instanceof ApiError && REFUSED.includes(error.status)) break
      // Not reached, or broken off; what was shown stays, and it is tried again.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  if (!signal.aborted) await queryClient.invalidateQueries({ queryKey: runKey(id) })
}

interface Progress {
  step: string
  progress: number
  text: string | null
}

/** A run, after what an event says of it. */
export function apply(run: RunWithSteps, { event, data }: EventSourceMessage): RunWithSteps {
  if (event === 'run') return { ...run, ...(JSON.parse(data) as Run) }
  if (event === 'step') {
    const step = JSON.parse(data) as Step
    const isKnown = run.steps.some(({ name }) => name === step.name)
    const replaced = run.steps.map((one) => (one.name === step.name ? step : one))
    return { ...run, steps: isKnown ? replaced : [...run.steps, step] }
  }
  if (event === 'progress') {
    const { step: name, progress, text } = JSON.parse(data) as Progress
    const steps = run.steps.map((one) => (one.name === name ? { ...one, progress, text } : one))
    return { ...run, steps }
  }
  return run
}
