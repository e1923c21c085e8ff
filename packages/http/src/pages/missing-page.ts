import type { Context } from 'koa'
import type { Route } from '../route.js'
import { page } from './page.js'

/** What a browser is shown at an address that nobody serves. */
export const missingPage = () =>
  page({
    status: 404,
    title: 'There is no such page',
    content: '<p>Check the address for a slip.</p><p><a href="/">Back to the overview</a></p>',
  })

/** Whether an application has pages, and so a way home. */
export const hasHomePage = (routes: readonly Route[]) =>
  routes.some(({ method, path }) => method === 'GET' && path === '/')

/** Whether it is a person who asks: browsers prefer pages, programs take what comes. */
export const wantsPage = (ctx: Context) =>
  (ctx.method === 'GET' || ctx.method === 'HEAD') &&
  !/^\/api(\/|$)/.test(ctx.path) &&
  ctx.accepts('json', 'html') === 'html'
