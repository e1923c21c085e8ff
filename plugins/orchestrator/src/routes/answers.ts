import { z } from 'zod'
import type { StepKind, StepStatus } from '../journal/step-row.js'
import type { RunStatus } from '../journal/run-row.js'

// What leaves, as JSON: the API's description says so, and tests hold the routes to it.

const time = z.iso.datetime()
const jsonSchema = z.record(z.string(), z.unknown()).describe('A JSON Schema.')

const failure = z.object({
  code: z.string().describe('Stable; for programs.'),
  message: z.string(),
})
const progress = z.number().nullable().describe('Percent.')
const text = z.string().nullable().describe('What goes on, in words.')

const runStatus = z.enum([
  'queued',
  'running',
  'waiting',
  'compensating',
  'succeeded',
  'failed',
  'cancelled',
]) satisfies z.ZodType<RunStatus>

export const run = z.object({
  id: z.uuid(),
  agent: z.string().nullable().describe('The agent that was called; null for a workflow.'),
  workflow: z.string().nullable(),
  version: z.int().nullable().describe('Of the workflow.'),
  status: runStatus,
  progress,
  text,
  input: z.unknown(),
  output: z.unknown(),
  error: failure.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
})

export const runs = z.object({ runs: z.array(run) })

const step = z.object({
  name: z.string(),
  kind: z.enum([
    'tool',
    'agent',
    'timer',
    'event',
    'person',
    'compensation',
  ]) satisfies z.ZodType<StepKind>,
  status: z.enum([
    'running',
    'waiting',
    'unknown',
    'succeeded',
    'failed',
    'cancelled',
  ]) satisfies z.ZodType<StepStatus>,
  question: z.string().optional().describe('What a person is asked.'),
  by: z.enum(['customer', 'operator']).optional().describe('Who has to answer.'),
  answerSchema: jsonSchema.optional(),
  progress,
  text,
  error: failure.nullable(),
  waitsUntil: time.nullable(),
  askedAt: time,
  completedAt: time.nullable(),
})

export const runWithSteps = run.extend({ steps: z.array(step) })

const startable = z.object({
  name: z.string(),
  description: z.string(),
  requires: z.array(z.string()).describe('The features that it has to be paid for with.'),
  input: jsonSchema,
})

export const agents = z.object({ agents: z.array(startable) })

export const workflows = z.object({
  workflows: z.array(startable.extend({ version: z.int() })),
})
