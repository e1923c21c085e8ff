import ts from 'typescript'

/** A module, and the names that examples may use without importing them. */
export interface Offer {
  module: string
  names: readonly string[]
}

/** Puts before a program the imports that it leaves out, and makes it say what it promises. */
export function withImports(program: string, offers: readonly Offer[]): string {
  const code = withAssertions(parse(program))
  const [used, declared] = [new Set<string>(), new Set<string>()]
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) (isDeclaration(node) ? declared : used).add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(parse(code))
  const imports = offers.flatMap(({ module, names }) => {
    const missing = names.filter((name) => used.has(name) && !declared.has(name))
    for (const name of missing) declared.add(name)
    return missing.length > 0 ? [`import { ${missing.join(', ')} } from '${module}'`] : []
  })
  return [...imports, code, 'export {}'].join('\n')
}

const parse = (code: string) =>
  ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2023, true)

const isDeclaration = ({ parent, text }: ts.Identifier) =>
  (ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent)) &&
  parent.name?.getText() === text

/** Makes an assertion of each statement that says in a comment what it comes to: `1 + 1 // 2`. */
function withAssertions(source: ts.SourceFile): string {
  let code = source.text
  for (const statement of source.statements.toReversed()) {
    if (!ts.isExpressionStatement(statement)) continue
    const [comment] = ts.getTrailingCommentRanges(source.text, statement.end) ?? []
    const value = comment && literalIn(source.text.slice(comment.pos + 2, comment.end))
    if (value === undefined) continue
    const expression = statement.expression.getText()
    const assertion = `expectSame(${expression}, ${value})`
    code = code.slice(0, statement.getStart()) + assertion + code.slice(statement.end)
  }
  return code
}

/** The comment's text, where that is a value and no sentence. */
function literalIn(comment: string): string | undefined {
  const text = comment.trim()
  return /^(?:[[{'"\d]|true$|false$|null$|undefined$)/.test(text) ? text : undefined
}
