import { defineErrors } from '../errors/errors.js'

/** Errors that only tests meet. */
export const TestingErrors = defineErrors({
  IDLE_UNKNOWN: {
    message: () =>
      'Only the bus in memory knows when it is idle. With another, wait for what the events bring about: waitFor(() => …).',
  },
  NO_FREE_PORT: {
    message: (p: { tries: number }) =>
      `Of ${p.tries} ports tried, none was free. End programs that listen on many of them.`,
  },
  SCRIPT_EXHAUSTED: {
    // The caller is wrong, so the kernel does not try again.
    status: 400,
    message: (p: { name: string; answers: number }) =>
      `"${p.name}" was called more often than it has answers (${p.answers}). Give it one more, or look for who calls it.`,
  },
  SCRIPT_INCOMPLETE: {
    message: (p: { name: string; answers: number; calls: number }) =>
      `The answers of "${p.name}" number ${p.answers}, and its calls ${p.calls}. Make the two equal.`,
  },
  WAITED_IN_VAIN: {
    message: (p: { what: string; timeoutMs: number }) =>
      `Waited ${p.timeoutMs} ms for ${p.what}, in vain. Look at what should have brought it about.`,
  },
})
