/** The look of pages that stand by themselves, in the colours of the web application, light and dark. */
export const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
body { margin: 0; padding: min(12vh, 6rem) 1rem 2rem; background: light-dark(#f9f9fb, #18191b); color: light-dark(#1c2024, #edeef0) }
main { max-width: 26rem; margin: 0 auto; padding: 1.5rem; border: 1px solid light-dark(#d9d9e0, #363a3f); border-radius: .75rem; background: light-dark(#fff, #111113) }
h1 { margin: 0 0 1rem; font-size: 1.25rem; line-height: 1.4 }
p { margin: 1rem 0 0 }
a { color: light-dark(#3a5bc7, #9eb1ff) }
label { display: block; margin-bottom: 1rem }
input { display: block; width: 100%; box-sizing: border-box; padding: .5rem; font: inherit }
input[type=checkbox] { display: inline; width: auto }
form { margin: 1rem 0 0 }
button { padding: .5rem 1rem; border: 0; border-radius: .375rem; background: #3e63dd; color: #fff; font: inherit; font-weight: 500; cursor: pointer }
button:disabled { opacity: .6 }
:focus-visible { outline: 2px solid #8da4ef; outline-offset: 2px }
`
