import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import type { User, Users } from '../contract.js'
import { AccountModel, type Account } from './account.js'

export interface NewAccount {
  email: string
  hashedPassword?: string | undefined
  fullName?: string | undefined
  githubId?: string | undefined
  /** Whether somebody else has made sure of the address. */
  isVerified?: boolean
}

/** What can be changed of an account. What is left out stays. */
export type AccountChange = Partial<
  Pick<
    Account,
    'email' | 'hashedPassword' | 'fullName' | 'isActive' | 'isSuperuser' | 'githubId'
  > & { emailVerifiedAt: Date; tokensVoid: true }
>

/** The rows of `users`. */
export class Accounts implements Users {
  constructor(private readonly db: Database) {}

  async byId(id: string): Promise<Account | undefined> {
    // PostgreSQL would answer with an error, and ids come from outside too.
    if (!isUuid(id)) return undefined
    const row = await this.db.model(AccountModel).findByPk(id)
    return row?.get()
  }

  async byEmail(email: string): Promise<Account | undefined> {
    const { sequelize } = this.db
    const lower = sequelize.fn('lower', sequelize.col('email'))
    const where = sequelize.where(lower, sequelize.fn('lower', email))
    const row = await this.db.model(AccountModel).findOne({ where })
    return row?.get()
  }

  async byGithubId(githubId: string): Promise<Account | undefined> {
    const row = await this.db.model(AccountModel).findOne({ where: { githubId } })
    return row?.get()
  }

  /** Newest first; `before` is the id of the last account of the page before. */
  async list({ limit, before }: { limit: number; before?: string | undefined }) {
    return this.db.query<AccountSummary>(
      `SELECT ${SUMMARY} FROM users WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before ?? null, limit],
    )
  }

  async find(id: string): Promise<User | undefined> {
    return userOf(await this.byId(id))
  }

  async findByEmail(email: string): Promise<User | undefined> {
    return userOf(await this.byEmail(email))
  }

  async ensure(tx: Transaction, account: { email: string; fullName?: string }): Promise<User> {
    const made = await this.insert(tx, account)
    if (made) return made
    // Seen by now: the insert waited for whoever was making the same account.
    const [existing] = await tx.query<User>(
      'SELECT id, email, full_name AS "fullName" FROM users WHERE lower(email) = lower($1)',
      [account.email],
    )
    return existing ?? this.ensure(tx, account)
  }

  /** Undefined where the address or the GitHub account is taken; then nothing is changed. */
  async insert(tx: Transaction, account: NewAccount): Promise<User | undefined> {
    const { email, hashedPassword, fullName, githubId, isVerified = false } = account
    const [made] = await tx.query<User>(
      `INSERT INTO users (id, email, hashed_password, full_name, github_id, email_verified_at)
       VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)
       ON CONFLICT DO NOTHING
       RETURNING id, email, full_name AS "fullName"`,
      [uuidv7(), email, hashedPassword ?? null, fullName ?? null, githubId ?? null, isVerified],
    )
    return made
  }

  /** The account, which nobody else changes before the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<Account | undefined> {
    if (!isUuid(id)) return undefined
    const [row] = await tx.query<Account>(
      `SELECT ${ALL} FROM users WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    )
    return row
  }

  /** Changes an account. With `tokensVoid`, no access token that it has is good any more. */
  async change(
    tx: Transaction,
    id: string,
    { tokensVoid, ...change }: AccountChange,
  ): Promise<void> {
    const given = Object.entries<unknown>(change).filter(([, value]) => value !== undefined)
    const sets = given.map(([name], index) => `${columnOf(name)} = $${index + 2}`)
    if (tokensVoid) sets.push('token_version = token_version + 1')
    await tx.query(`UPDATE users SET ${[...sets, 'updated_at = now()'].join(', ')} WHERE id = $1`, [
      id,
      ...given.map(([, value]) => value),
    ])
  }

  /** The ids of those who may administrate, whom nobody else changes before the transaction ends. */
  async lockSuperusers(tx: Transaction): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM users WHERE is_superuser AND is_active ORDER BY id FOR NO KEY UPDATE',
    )
    return rows.map(({ id }) => id)
  }
}

/** An account as administrators see it. */
export type AccountSummary = Omit<Account, 'hashedPassword' | 'tokenVersion' | 'updatedAt'>

const SUMMARY = `id, email, email_verified_at AS "emailVerifiedAt", full_name AS "fullName",
  created_at AS "createdAt", is_active AS "isActive", is_superuser AS "isSuperuser",
  github_id AS "githubId"`
const ALL = `${SUMMARY}, hashed_password AS "hashedPassword", token_version AS "tokenVersion",
  updated_at AS "updatedAt"`

/** Only names of {@link AccountChange} come here. */
const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const userOf = (account: Account | undefined): User | undefined =>
  account && { id: account.id, email: account.email, fullName: account.fullName }
