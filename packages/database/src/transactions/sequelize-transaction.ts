import { createRequire } from 'node:module'
import type { Sequelize, Transaction as SequelizeTransaction } from 'sequelize'
import { DatabaseErrors } from '../errors.js'
import type { GuardedClient } from '../connections/client.js'

const load = createRequire(import.meta.url)

/**
 * What Sequelize's models take as `transaction`, on a connection whose transaction others begin and end.
 * Sequelize's own would report a commit that was none.
 */
export function sequelizeTransaction(
  sequelize: Sequelize,
  connection: GuardedClient,
  onCommit: (hook: () => unknown) => void,
): SequelizeTransaction {
  const { Transaction } = load('sequelize') as {
    Transaction: new (sequelize: Sequelize, options: object) => SequelizeTransaction
  }
  const refuse = async () => {
    throw DatabaseErrors.TRANSACTION_ENDED()
  }
  const transaction = new Transaction(sequelize, {})
  return Object.assign(transaction, {
    connection,
    commit: refuse,
    rollback: refuse,
    afterCommit: (hook: (transaction: SequelizeTransaction) => unknown) =>
      onCommit(() => hook(transaction)),
  })
}

/** Sequelize refuses every later query with it. */
export function endSequelizeTransaction(transaction: SequelizeTransaction): void {
  Object.assign(transaction, { finished: 'commit' })
}
