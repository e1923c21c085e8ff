import ts from 'typescript'
import { sourcesOf, type Files } from './files.js'

export interface Import {
  file: string
  specifier: string
  /** `*` stands for all of them. */
  names: string[]
  typeOnly: boolean
}

/** Such as `@scope/name` of `@scope/name/part`. */
export const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

export const parse = (path: string, text = '') =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

/** A node and everything in it. */
export function nodesIn(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  node.forEachChild((child) => void children.push(child))
  return [node, ...children.flatMap(nodesIn)]
}

export function importsOf(files: Files): Import[] {
  const imports: Import[] = []
  for (const file of sourcesOf(files)) {
    const add = (literal: ts.Node | undefined, names: string[], typeOnly: boolean) => {
      if (literal && ts.isStringLiteral(literal))
        imports.push({ file, specifier: literal.text, names, typeOnly })
    }
    for (const node of nodesIn(parse(file, files[file]))) {
      if (ts.isImportDeclaration(node)) {
        const clause = node.importClause
        const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        add(node.moduleSpecifier, clause ? namesIn(clause) : [], typeOnly)
      } else if (ts.isExportDeclaration(node)) {
        add(node.moduleSpecifier, elementsOf(node.exportClause), node.isTypeOnly)
      } else if (ts.isExternalModuleReference(node)) {
        add(node.expression, ['*'], node.parent.isTypeOnly)
      } else if (
        ts.isCallExpression(node) &&
        node.expression.kind === ts.SyntaxKind.ImportKeyword
      ) {
        add(node.arguments[0], ['*'], false)
      } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        add(node.argument.literal, [node.qualifier?.getText() ?? '*'], true)
      }
    }
  }
  return imports
}

const namesIn = ({ name, namedBindings }: ts.ImportClause) => [
  ...(name ? ['default'] : []),
  ...(namedBindings ? elementsOf(namedBindings) : []),
]

function elementsOf(clause: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (!clause || !('elements' in clause)) return ['*']
  return clause.elements.map((element) => (element.propertyName ?? element.name).text)
}

/** The names that a file exports by itself. */
export function exportsOf(path: string, text: string | undefined): string[] {
  const names: string[] = []
  parse(path, text).forEachChild((node) => {
    if (ts.isExportDeclaration(node)) {
      const { exportClause } = node
      if (exportClause && ts.isNamedExports(exportClause))
        names.push(...exportClause.elements.map((e) => e.name.text))
      return
    }
    if (!ts.canHaveModifiers(node)) return
    if (!ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)) return
    const declared = ts.isVariableStatement(node)
      ? node.declarationList.declarations
      : [node as ts.DeclarationStatement]
    names.push(...declared.map((declaration) => declaration.name?.getText() ?? 'default'))
  })
  return names
}
