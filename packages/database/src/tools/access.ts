import type { RunContext } from '@titanforge/core'
import type { Models } from '../models/model.js'

/** The row of a model that some plugin has entered in {@link Models}; of another, anything. */
export type RowOf<Name> = Name extends keyof Models ? Models[Name] : Record<string, unknown>

/** The names that a model's columns have in programs, such as `fullName`. */
export type ColumnOf<Name> = keyof RowOf<Name> & string

/** What an agent may do with the records of one model. What is not listed is not possible. */
export interface ModelAccess<Name, Read extends ColumnOf<Name> = ColumnOf<Name>> {
  /** The columns that may be read, filtered by and ordered by. */
  read: readonly Read[]
  /** The columns that a new record may be given. Where left out, no record is made. */
  create?: readonly ColumnOf<Name>[]
  /** The columns that may be changed. Where left out, no record is changed. */
  update?: readonly ColumnOf<Name>[]
  /** Whether records may be removed. */
  remove?: boolean
  /**
   * The values that a record must have to be within reach, such as
   * `(ctx) => ({ userId: ctx.principal?.userId })`. A value that is not there is refused, so that a missing
   * principal never means everybody.
   */
  only?: (ctx: RunContext) => Partial<Record<ColumnOf<Name>, unknown>>
  /** How long a statement may take; 5 if left out. */
  statementSeconds?: number
}

/** Any model's, once the compiler has seen the names. */
export type AnyAccess = Omit<ModelAccess<string>, 'only'> & {
  only?: (ctx: RunContext) => Record<string, unknown>
}
