/** Why a log-in through GitHub, or a link to it, came to nothing. */
export type GithubProblemKind = keyof typeof PROBLEMS

const PROBLEMS = {
  state: {
    status: 403,
    text: 'This log-in was not begun in this browser, was used already, or took too long. Begin again.',
  },
  cancelled: { status: 403, text: 'You did not allow the log-in at GitHub. Nothing was changed.' },
  unreachable: { status: 502, text: 'GitHub does not answer as it should. Try again in a while.' },
  unverified: {
    status: 403,
    text: 'Your GitHub account has no verified primary e-mail address. Verify it at GitHub and try again.',
  },
  known: {
    status: 409,
    text: 'An account with your e-mail address exists. Sign in to it, then link GitHub in its settings.',
  },
  taken: { status: 409, text: 'This GitHub account is linked to another account.' },
  linked: {
    status: 409,
    text: 'Your account is linked to another GitHub account. Unlink that first.',
  },
  disabled: { status: 403, text: 'Your account is disabled. Ask an administrator.' },
  session: { status: 403, text: 'Your log-in is over. Sign in again, then link GitHub.' },
} as const

/** Ends in a page for the person at the browser. */
export class GithubProblem extends Error {
  override readonly name = 'GithubProblem'
  readonly status: number
  /** What the person is told. */
  readonly text: string

  /** @param reason for the log: no secrets. */
  constructor(
    readonly kind: GithubProblemKind,
    reason: string = kind,
  ) {
    super(reason)
    this.status = PROBLEMS[kind].status
    this.text = PROBLEMS[kind].text
  }
}
