import { jsonSchemaOf } from '@titanforge/http'
import { lockWait, missedEvent } from '../journal/event-waits.js'
import type { OpenRun } from '../journal/open-run.js'
import type { Request } from '../replay/request.js'

/** Writes the steps down that a workflow has come to, and has them done. */
export async function askFor(run: OpenRun, requests: readonly Request[]): Promise<void> {
  const waits = requests.filter((request) => request.kind === 'event')
  await lockWait(
    run.tx,
    waits.map(({ target, wait }) => ({ type: target.name, key: wait.key })),
  )
  const given: string[] = []
  for (const request of requests) {
    await ask(run, request)
    if (request.kind !== 'event') continue
    const event = { type: request.target.name, key: request.wait.key }
    const eventId = await missedEvent(run.tx, run.row, event, given)
    if (eventId) {
      given.push(eventId)
      await run.wake(request.name, { eventId })
    }
  }
}

async function ask(run: OpenRun, request: Request): Promise<void> {
  const { kind, name } = request
  switch (kind) {
    case 'tool':
    case 'agent':
      return run.ask({
        kind,
        name,
        target: request.target.name,
        input: request.input,
        status: 'running',
      })
    case 'timer': {
      const { seconds } = request
      return run.ask({
        kind,
        name,
        target: null,
        input: { seconds },
        status: 'waiting',
        dueInSeconds: Math.max(0, seconds),
      })
    }
    case 'person': {
      const { question, answer, by = 'customer', timeoutSeconds: dueInSeconds } = request.wait
      return run.ask({
        kind,
        name,
        target: null,
        input: { question, by, answer: jsonSchemaOf(answer, 'input') },
        status: 'waiting',
        dueInSeconds,
      })
    }
    case 'event': {
      const { key, timeoutSeconds: dueInSeconds } = request.wait
      return run.ask({
        kind,
        name,
        target: request.target.name,
        input: { key },
        status: 'waiting',
        waitKey: key,
        dueInSeconds,
      })
    }
  }
}
