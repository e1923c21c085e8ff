import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import type { User, Users } from './contract.js'
import { AccountModel, type Account } from './models.js'

export interface NewAccount {
  email: string
  hashedPassword?: string | undefined
  fullName?: string | undefined
}

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

  /** Undefined where the address is taken; then nothing is changed. */
  async insert(tx: Transaction, account: NewAccount): Promise<User | undefined> {
    const { email, hashedPassword = null, fullName = null } = account
    const [made] = await tx.query<User>(
      `INSERT INTO users (id, email, hashed_password, full_name) VALUES ($1, $2, $3, $4)
       ON CONFLICT (lower(email)) DO NOTHING
       RETURNING id, email, full_name AS "fullName"`,
      [uuidv7(), email, hashedPassword, fullName],
    )
    return made
  }

  async makeSuperuser(tx: Transaction, id: string): Promise<void> {
    await tx.query('UPDATE users SET is_superuser = true, updated_at = now() WHERE id = $1', [id])
  }

  /** False where the account has a password; then that one stays. */
  async setFirstPassword(tx: Transaction, id: string, hashedPassword: string): Promise<boolean> {
    const changed = await tx.query(
      `UPDATE users SET hashed_password = $2, updated_at = now()
       WHERE id = $1 AND hashed_password IS NULL RETURNING id`,
      [id, hashedPassword],
    )
    return changed.length > 0
  }
}

const userOf = (account: Account | undefined): User | undefined =>
  account && { id: account.id, email: account.email, fullName: account.fullName }
