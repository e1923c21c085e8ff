import { Body } from '@react-email/body'
import { Button } from '@react-email/button'
import { Container } from '@react-email/container'
import { Head } from '@react-email/head'
import { Heading } from '@react-email/heading'
import { Html } from '@react-email/html'
import { Text } from '@react-email/text'
import type { CSSProperties, ReactElement } from 'react'
import type { Block, Letter } from './letter.js'
import type { Frame } from './text-of.js'

// In attributes, since many mail programs drop style sheets; the sheet only adds the dark colours.
const DARK = `
  @media (prefers-color-scheme: dark) {
    .page, .page td { background: #12161c !important; }
    .letter, .letter td { background: #1b2129 !important; border-color: #39424e !important; }
    .letter p, .letter h2, .letter li, .letter td { color: #e6e9ee !important; }
    .letter .quiet, .letter .quiet a { color: #a3acb8 !important; }
  }
`
const FONT = '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
const PAGE: CSSProperties = { margin: 0, padding: '24px 12px', background: '#f2f4f7' }
const LETTER: CSSProperties = {
  maxWidth: '560px',
  padding: '12px 28px 20px',
  border: '1px solid #d5dae1',
  borderRadius: '12px',
  background: '#ffffff',
  overflowWrap: 'anywhere',
}
const WORDS: CSSProperties = {
  margin: '16px 0',
  color: '#1c2430',
  fontFamily: FONT,
  fontSize: '16px',
  lineHeight: '25px',
}
const QUIET: CSSProperties = { ...WORDS, color: '#5b6675', fontSize: '13px', lineHeight: '20px' }
const HEADING: CSSProperties = { ...WORDS, margin: '24px 0 4px', fontSize: '18px' }
const LABEL: CSSProperties = { ...WORDS, padding: '4px 20px 4px 0', verticalAlign: 'top' }
const VALUE: CSSProperties = { ...WORDS, padding: '4px 0', fontWeight: 600 }
const PICTURE: CSSProperties = {
  display: 'block',
  width: '100%',
  margin: '16px 0',
  borderRadius: '8px',
  // What is shown in place of a picture that is not shown.
  color: '#5b6675',
  fontFamily: FONT,
  fontSize: '13px',
}
const BUTTON: CSSProperties = {
  padding: '12px 22px',
  borderRadius: '8px',
  background: '#2f4fd0',
  color: '#ffffff',
  fontFamily: FONT,
  fontSize: '16px',
  fontWeight: 600,
}

/** A letter as mail programs show it, in the light and in the dark. React escapes all that is in it. */
export function LetterPage({ letter, frame }: { letter: Letter; frame: Frame }): ReactElement {
  const { greeting, productName, unsubscribeUrl } = frame
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{letter.subject}</title>
        <style>{DARK}</style>
      </Head>
      <Body className="page" style={PAGE}>
        <Container className="letter" style={LETTER}>
          {greeting && <Text style={WORDS}>{greeting}</Text>}
          {letter.blocks.map((block, index) => (
            <Piece key={index} block={block} />
          ))}
          <Text style={WORDS}>{productName}</Text>
          {unsubscribeUrl && (
            <Text className="quiet" style={QUIET}>
              You can{' '}
              <a href={unsubscribeUrl} style={{ color: QUIET.color }}>
                end mails of this kind
              </a>
              .
            </Text>
          )}
        </Container>
      </Body>
    </Html>
  )
}

function Piece({ block }: { block: Block }): ReactElement {
  if ('paragraph' in block) return <Text style={WORDS}>{block.paragraph}</Text>
  if ('heading' in block)
    return (
      <Heading as="h2" style={HEADING}>
        {block.heading}
      </Heading>
    )
  if ('list' in block)
    return (
      <ul style={{ margin: 0, paddingLeft: '20px' }}>
        {block.list.map((item, index) => (
          <li key={index} style={{ ...WORDS, margin: 0 }}>
            {item}
          </li>
        ))}
      </ul>
    )
  if ('facts' in block)
    return (
      <table role="presentation" cellPadding={0} cellSpacing={0} style={{ margin: '8px 0' }}>
        <tbody>
          {block.facts.map(([label, value], index) => (
            <tr key={index}>
              <td style={LABEL}>{label}</td>
              <td style={VALUE}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )
  if ('picture' in block)
    return <img src={`cid:${block.picture.name}`} alt={block.picture.alt} style={PICTURE} />
  return (
    <div style={{ margin: '24px 0' }}>
      <Button href={block.action.url} style={BUTTON}>
        {block.action.label}
      </Button>
    </div>
  )
}
