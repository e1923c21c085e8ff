import { defineModel } from '@titanforge/database'

/** A row of `users`. */
export interface Account {
  id: string
  /** As its owner wrote it; case makes no difference. */
  email: string
  /** When its owner showed that the address is theirs; null until then. */
  emailVerifiedAt: Date | null
  /** Null for those who log in by other means. */
  hashedPassword: string | null
  fullName: string | null
  createdAt: Date
  updatedAt: Date
  isActive: boolean
  isSuperuser: boolean
  githubId: string | null
  /** Access tokens of another version are void. */
  tokenVersion: number
}

declare module '@titanforge/database' {
  interface Models {
    User: Account
  }
}

export const AccountModel = defineModel<Account>({
  name: 'User',
  table: 'users',
  secret: ['hashedPassword'],
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    email: { type: types.TEXT, allowNull: false },
    emailVerifiedAt: types.DATE,
    hashedPassword: types.TEXT,
    fullName: types.TEXT,
    createdAt: { type: types.DATE, allowNull: false },
    updatedAt: { type: types.DATE, allowNull: false },
    isActive: { type: types.BOOLEAN, allowNull: false, defaultValue: true },
    isSuperuser: { type: types.BOOLEAN, allowNull: false, defaultValue: false },
    githubId: types.TEXT,
    tokenVersion: { type: types.INTEGER, allowNull: false, defaultValue: 0 },
  }),
})
