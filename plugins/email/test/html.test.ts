import test from 'ava'
import fc from 'fast-check'
import { html } from '../src/html.js'

test('values are escaped, in text and in attributes', (t) => {
  const value = `"><script>alert('1')</script> & more`
  const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62; &#38; more'
  t.is(html`<p title="${value}">${value}</p>`.toString(), `<p title="${escaped}">${escaped}</p>`)
})

test('markup made by a template, and lists of it, are inserted as they are', (t) => {
  const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`)
  t.is(html`<b>${items}</b> ${3}`.toString(), '<b><i>a</i><i>&#60;b&#62;</i></b> 3')
})

test('no value can open a tag, end an attribute or begin an entity', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const escaped = html`${value}`.toString()
      const decoded = escaped.replaceAll(/&#(\d+);/g, (_entity, code: string) =>
        String.fromCharCode(Number(code)),
      )
      return !/[<>"']|&(?!#\d+;)/.test(escaped) && decoded === value
    }),
  )
  t.pass()
})
