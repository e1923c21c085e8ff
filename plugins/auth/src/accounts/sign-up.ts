import type { EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Accounts } from './accounts.js'
import { signedUp } from './contract.js'
import { hashPassword } from './password.js'

export interface SignUp {
  email: string
  password: string
  fullName?: string | undefined
}

/** Makes an account; where the address is taken, nothing happens, in the same time. */
export async function signUp(
  { email, password, fullName }: SignUp,
  { db, bus, accounts }: { db: Database; bus: EventBus; accounts: Accounts },
): Promise<void> {
  const hashedPassword = await hashPassword(password)
  await db.transaction(async (tx) => {
    const user = await accounts.insert(tx, { email, hashedPassword, fullName })
    if (user) await bus.publish(tx, signedUp, { userId: user.id, email: user.email })
  })
}
