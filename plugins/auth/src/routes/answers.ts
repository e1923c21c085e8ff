import { z } from 'zod'

// What leaves, as JSON: the API's description says so, and a test holds the server to it.

const time = z.iso.datetime()

/** It was taken, whatever became of it. */
export const accepted = z.object({ status: z.literal('accepted') })

export const changed = z.object({ status: z.literal('changed') })

export const accessToken = z.object({
  accessToken: z.string(),
  expiresIn: z.int().describe('Seconds.'),
})

/** The refresh token is left out where it came, and leaves, in a cookie. */
export const tokens = accessToken.extend({ refreshToken: z.string().optional() })

export const account = z.object({
  id: z.uuid(),
  email: z.string(),
  emailVerified: z.boolean(),
  fullName: z.string().nullable(),
  isSuperuser: z.boolean(),
  hasPassword: z.boolean(),
  hasGithub: z.boolean(),
  createdAt: time,
})

export const session = z.object({
  id: z.uuid(),
  method: z.enum(['password', 'github']),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: time,
  lastUsedAt: time,
  expiresAt: time,
  isCurrent: z.boolean(),
})

export const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
})

/** What an administrator may change of an account, as it is now. */
export const rights = z.object({
  id: z.uuid(),
  email: z.string(),
  isActive: z.boolean(),
  isSuperuser: z.boolean(),
})

const EMAIL = 'As it is now; null where there is no such account any more.'

export const auditEntries = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: time,
      action: z.string().describe('Such as account.disabled.'),
      actorId: z.uuid().nullable().describe('Who did it; null for the system and for strangers.'),
      actorEmail: z.string().nullable().describe(EMAIL),
      subjectId: z.uuid().nullable().describe('The account that it was done to.'),
      subjectEmail: z.string().nullable().describe(EMAIL),
      ip: z.string().nullable(),
      requestId: z.string().nullable(),
      before: z.unknown(),
      after: z.unknown(),
    }),
  ),
})

export const users = z.object({
  users: z.array(
    z.object({
      id: z.uuid(),
      email: z.string(),
      fullName: z.string().nullable(),
      isActive: z.boolean(),
      isSuperuser: z.boolean(),
      emailVerifiedAt: time.nullable(),
      githubId: z.string().nullable(),
      createdAt: time,
    }),
  ),
})
