/** Whether a link may lead there. An address is data from elsewhere: `javascript:` would run. */
export const isWeb = (url: unknown): url is string =>
  typeof url === 'string' && /^https?:\/\//.test(url)
