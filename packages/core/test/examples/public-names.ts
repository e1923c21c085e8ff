import ts from 'typescript'

/** A name that a module exports. */
export interface PublicName {
  name: string
  /** Whether it is more than a type. */
  isValue: boolean
  /** Whether its docstring says anything. */
  hasText: boolean
  hasExample: boolean
}

/** The names that a compiled module exports, sorted. */
export function publicNames(declarations: string): PublicName[] {
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: [] }
  const program = ts.createProgram([declarations], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(declarations)
  const module = source && checker.getSymbolAtLocation(source)
  const exported = module ? checker.getExportsOfModule(module) : []
  const describe = (symbol: ts.Symbol): PublicName => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return {
      name: symbol.name,
      isValue: (target.flags & ts.SymbolFlags.Value) !== 0,
      hasText: target.getDocumentationComment(checker).length > 0,
      hasExample: target.getJsDocTags(checker).some(({ name }) => name === 'example'),
    }
  }
  return exported.map(describe).sort((a, b) => (a.name < b.name ? -1 : 1))
}
