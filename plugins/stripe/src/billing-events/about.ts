/** For events that are about a user: in the log they are the user's, and in order for the user. */
export const about = {
  key: (payload: { userId: string }): string => payload.userId,
  userId: (payload: { userId: string }): string => payload.userId,
}
