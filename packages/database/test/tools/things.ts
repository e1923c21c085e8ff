import { createForge, defineAgent, definePlugin, type Forge, type Tool } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { z } from 'zod'
import {
  database,
  defineModel,
  modelTools,
  type Database,
  type ModelAccess,
} from '../../src/index.js'

export interface ThingRow {
  id: string
  ownerId: string
  name: string
  kind: 'red' | 'blue' | null
  rank: number
  price: string | null
  big: string | null
  tags: unknown
  isGood: boolean
  seenAt: Date | null
  hidden: string
  passwordHash: string
  updatedAt: Date
}

declare module '../../src/index.js' {
  interface Models {
    Thing: ThingRow
  }
}

export const Thing = defineModel<ThingRow>({
  name: 'Thing',
  table: 'things',
  secret: ['passwordHash'],
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    ownerId: { type: types.UUID, allowNull: false },
    name: { type: types.STRING(20), allowNull: false },
    kind: types.ENUM('red', 'blue'),
    rank: { type: types.INTEGER, allowNull: false, defaultValue: 0 },
    price: types.DECIMAL(10, 2),
    big: types.BIGINT,
    tags: types.JSONB,
    isGood: { type: types.BOOLEAN, allowNull: false, defaultValue: true },
    seenAt: types.DATE,
    hidden: types.TEXT,
    passwordHash: types.TEXT,
    updatedAt: types.DATE,
  }),
})

export const THINGS = `
  CREATE TYPE kind AS ENUM ('red', 'blue');
  CREATE TABLE things (
    id uuid PRIMARY KEY, owner_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name varchar(20) NOT NULL UNIQUE CHECK (name <> 'taboo'), kind kind, rank integer NOT NULL DEFAULT 0,
    price numeric(10, 2), big bigint, tags jsonb, is_good boolean NOT NULL DEFAULT true,
    seen_at timestamptz, hidden text DEFAULT 'MARKER-hidden', password_hash text DEFAULT 'MARKER-hash',
    updated_at timestamptz NOT NULL DEFAULT '2020-01-01Z')`

/** A forge that knows the model, on a database that is migrated by others. */
export async function thingsAt(url: string): Promise<Forge> {
  const things = definePlugin({ name: 'things', models: [Thing], setup: () => ({}) })
  const plugins = [database({ url, migrate: 'by-command' }), things()]
  const forge = createForge({ plugins, log: captureLog().log })
  await forge.start()
  return forge
}

/** Calls a tool as an agent does. */
export async function call(
  forge: Forge,
  tool: Tool | undefined,
  input: unknown,
  options: Parameters<Forge['run']>[2] = {},
): Promise<unknown> {
  if (!tool) throw new Error('no such tool')
  const caller = defineAgent({
    name: 'caller',
    description: 'Calls a tool.',
    input: z.unknown(),
    output: z.unknown(),
    tools: [tool],
    run: (given, ctx) => ctx.tool(tool, given),
  })
  return forge.run(caller, input, options)
}

/** The tools of an access that only the running program knows. */
export const toolsFor = (db: Database, access: ModelAccess<'Thing'>) =>
  modelTools(db, 'Thing', access) as Partial<Record<string, Tool>>
