const meta = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? ''

/** What the server says of itself in the page. */
export const settings = { title: meta('application-name'), github: meta('github') === 'true' }
