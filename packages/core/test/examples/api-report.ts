import ts from 'typescript'

const printer = ts.createPrinter({ removeComments: true })
const byName = (a: ts.Symbol, b: ts.Symbol) => (a.name < b.name ? -1 : 1)

/**
 * Everything that whoever uses a compiled module can depend on: what it exports, with its signature, and the
 * declarations of the package that these name without exporting them.
 *
 * @param main the module whose exports need not be told again.
 */
export function apiReport(declarations: string, main: string): string {
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 }
  const program = ts.createProgram([declarations, main], options)
  const checker = program.getTypeChecker()
  const root = declarations.slice(0, declarations.lastIndexOf('/dist/'))
  const exported = exportsOf(declarations)
  const told = new Set([...exported, ...exportsOf(main)])
  const hidden: ts.Symbol[] = []
  const visit = (node: ts.Node) => {
    const named = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    const found = named && target(named)
    if (found && !told.has(found) && ownDeclarations(found).length > 0) {
      told.add(found)
      hidden.push(found)
      ownDeclarations(found).forEach(visit)
    }
    ts.forEachChild(node, visit)
  }
  for (const one of exported) ownDeclarations(one).forEach(visit)
  const sections = [exported, hidden].map((all) => all.sort(byName).map(textOf).join('\n'))
  const [visible = '', named] = sections
  return named ? `${visible}\n// Not exported, but named by the above:\n\n${named}` : visible

  function exportsOf(file: string): ts.Symbol[] {
    const module = program.getSourceFile(file)
    const symbol = module && checker.getSymbolAtLocation(module)
    return symbol ? checker.getExportsOfModule(symbol).map(target) : []
  }

  function target(one: ts.Symbol): ts.Symbol {
    return one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
  }

  /** Those at the top of a file of the package. */
  function ownDeclarations(one: ts.Symbol): ts.Node[] {
    return (one.declarations ?? [])
      .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
      .filter(({ parent }) => ts.isSourceFile(parent) || ts.isModuleBlock(parent))
      .filter((node) => node.getSourceFile().fileName.startsWith(`${root}/dist/src/`))
  }

  function textOf(one: ts.Symbol): string {
    const texts = ownDeclarations(one).map((node) =>
      printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()),
    )
    return texts
      .map((text) => `${text.replace(/^export /, '').replace(/^declare /, '')}\n`)
      .join('')
  }
}
