import type { Middleware } from 'koa'
import type { RequestState } from '../http/request-state.js'
import { StripeError } from '../http/stripe-error.js'
import { html } from './html.js'
import { page } from './page.js'

/** On the pages for people, an error is a page as well. */
export const errorPage: Middleware<RequestState> = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    ctx.status = error.status
    ctx.type = 'html'
    ctx.body = page('That did not work', html`<p role="alert">${error.message}</p>`)
  }
}
