import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'
import { folderOf, sourcesOf, type Files } from './files.js'
import { exportsOf, importsOf, nodesIn, packageOf, parse } from './imports.js'

/** Answers with what is wrong, each line beginning with the file that is. */
export type Rule = (files: Files) => string[]

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** The manifests by folder. */
function manifestsOf(files: Files): Map<string, Manifest> {
  const paths = Object.keys(files).filter((path) => path.endsWith('/package.json'))
  return new Map(paths.map((path) => [folderOf(path), JSON.parse(files[path] ?? '') as Manifest]))
}

/** Imports of one workspace by another. */
function crossings(files: Files) {
  const folders = new Map([...manifestsOf(files)].map(([folder, { name }]) => [name, folder]))
  return importsOf(files).flatMap((found) => {
    const [from, to] = [folderOf(found.file), folders.get(packageOf(found.specifier))]
    return to === undefined || to === from ? [] : [{ ...found, from, to }]
  })
}

interface Edge {
  from: string
  to: string
  /** Where the import stands. */
  file: string
}

/** Each circle of a graph, by the files whose imports close it: `a.ts → b.ts → a`. */
function circles(edges: Edge[]): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (node: string, path: Edge[]) => {
    const start = path.findIndex(({ from }) => from === node)
    if (start >= 0) found.push([...path.slice(start).map(({ file }) => file), node].join(' → '))
    if (start >= 0 || done.has(node)) return
    for (const edge of edges) if (edge.from === node) visit(edge.to, [...path, edge])
    done.add(node)
  }
  for (const { from } of edges) visit(from, [])
  return found
}

const MAY_IMPORT: Record<string, RegExp> = {
  'packages/core': /^$/,
  'packages/database': /^packages\/core$/,
  'packages/http': /^packages\/core$/,
  'packages/dashboard': /^packages\/(core|http)$/,
  'packages/stripe-sandbox': /^packages\/(core|http)$/,
  'packages/events': /^packages\/(core|database)$/,
  plugins: /^(packages|plugins)\//,
  examples: /^(packages|plugins)\//,
}

export const direction: Rule = (files) =>
  crossings(files)
    .filter(({ from, to }) => !(MAY_IMPORT[from] ?? MAY_IMPORT[from.split('/')[0] ?? ''])?.test(to))
    .map(({ file, from, to }) => `${file}: ${from} must not import ${to}`)

export const packageCircles: Rule = (files) => circles(crossings(files))

export const fileCircles: Rule = (files) =>
  circles(
    // Imports of types are gone when the program runs.
    importsOf(files).flatMap(({ file, specifier, typeOnly }) => {
      const to = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts')
      return !specifier.startsWith('.') || typeOnly ? [] : [{ from: file, to, file }]
    }),
  )

export const declaredImports: Rule = (files) => {
  const manifests = manifestsOf(files)
  return importsOf(files).flatMap(({ file, specifier }) => {
    const manifest = manifests.get(folderOf(file))
    const name = packageOf(specifier)
    const declared = { ...manifest?.dependencies, ...manifest?.optionalDependencies }
    const known = specifier.startsWith('.') || isBuiltin(specifier) || name === manifest?.name
    if (known || name in declared) return []
    return `${file}: ${name} is not among the dependencies of ${folderOf(file)}/package.json`
  })
}

export const ownFolder: Rule = (files) =>
  importsOf(files).flatMap(({ file, specifier }) => {
    const to = posix.join(posix.dirname(file), specifier)
    if (!specifier.startsWith('.') || folderOf(to) === folderOf(file)) return []
    return `${file}: ${specifier} leaves ${folderOf(file)}; import by package name`
  })

export const contracts: Rule = (files) =>
  crossings(files).flatMap(({ file, from, to, names }) => {
    if (!from.startsWith('plugins/') || !to.startsWith('plugins/')) return []
    const contract = `${to}/src/contract.ts`
    const offered = exportsOf(contract, files[contract])
    const foreign = names.filter((name) => !offered.includes(name))
    return foreign.map((name) => `${file}: ${name} is not in ${contract}`)
  })

export const keptIn =
  (home: string, packages: string[]): Rule =>
  (files) =>
    importsOf(files)
      .filter(
        ({ file, specifier }) => packages.includes(packageOf(specifier)) && !file.startsWith(home),
      )
      .map(({ file, specifier }) => `${file}: only ${home} imports ${specifier}`)

const READS_ENVIRONMENT = [
  // The default of createForge.
  /^packages\/core\/src\/forge\.ts$/,
  // What a child process needs, such as PATH.
  /^packages\/database\/src\/embedded\/run-program\.ts$/,
  /^examples\//,
  /\/src\/testing\//,
]

const readsEnvironment = (node: ts.Node) =>
  (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
  /^process(\?\.|\.|\[['"`])env\b/.test(node.getText())

export const environment: Rule = (files) =>
  sourcesOf(files)
    .filter((file) => !READS_ENVIRONMENT.some((allowed) => allowed.test(file)))
    .filter((file) => nodesIn(parse(file, files[file])).some(readsEnvironment))
    .map((file) => `${file}: reads process.env; take configuration instead`)

export const MOST_LINES = 220

export const length: Rule = (files) =>
  sourcesOf(files)
    .map((file) => ({ file, lines: files[file]?.trimEnd().split('\n').length ?? 0 }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file}: ${lines} lines, more than ${MOST_LINES}; one idea still?`)
