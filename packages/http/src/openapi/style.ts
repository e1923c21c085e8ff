/** The look of the page of the API. */
export const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2rem; border-bottom: 1px solid #8886 }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem }
details { padding: 0.4rem 0; border-bottom: 1px solid #8883 }
details[open] { padding-bottom: 1rem }
summary { cursor: pointer; padding-left: 1.2rem; text-indent: -1.2rem }
summary code { margin-right: 0.5rem }
pre { background: #8882; padding: 0.75rem; border-radius: 0.4rem; overflow: auto; margin: 0 }
`
