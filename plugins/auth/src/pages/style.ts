/** Plain, in the light and in the dark. */
export const STYLE = `:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
main { max-width: 28rem; margin: 12vh auto 0; padding: 0 1rem }
h1 { font-size: 1.4rem }
label { display: block; margin-bottom: 1rem }
input[type=checkbox] { display: inline; width: auto }
input { display: block; width: 100%; box-sizing: border-box; padding: .6rem; font: inherit }
button { padding: .6rem 1.2rem; font: inherit }
`
