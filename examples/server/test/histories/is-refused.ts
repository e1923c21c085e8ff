/** Whether an answer is no failure of ours: what was asked for could not be done. */
export const isRefused = (status: number): boolean => [402, 404, 409, 422].includes(status)
