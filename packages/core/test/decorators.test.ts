import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { transform } from 'esbuild'
import ts from 'typescript'

// A class of the decorator style, in an application of its own. It names its tokens, so no compiler has to
// emit the types of its parameters, which esbuild never does.
const SOURCE = `
  import { createForge, createLogger, definePlugin, inject, injectable, token } from '@titanforge/core'

  interface Clock { now(): string }
  const Clock = token<Clock>('Clock')
  const Greeting = token<string>('Greeting')

  @injectable()
  class Greeter {
    constructor(
      @inject(Greeting) private readonly greeting: string,
      @inject(Clock) private readonly clock: Clock,
    ) {}

    greet() {
      return this.greeting + ', it is ' + this.clock.now()
    }
  }

  const house = definePlugin({
    name: 'house',
    provides: { clock: Clock, greeting: Greeting },
    setup: () => ({ services: { clock: { now: () => 'noon' }, greeting: 'Hello' } }),
  })
  const log = createLogger({ level: 'silent' })
  export const greeted = createForge({ plugins: [house()], log }).resolve(Greeter).greet()
  export const emitted = Reflect.getMetadata('design:paramtypes', Greeter)
`

const compilers: Record<string, () => Promise<string>> = {
  async tsc() {
    const { ESNext } = ts.ModuleKind
    const compilerOptions = {
      module: ESNext,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
    }
    return ts.transpileModule(SOURCE, { compilerOptions }).outputText
  },
  async esbuild() {
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
    return (await transform(SOURCE, { loader: 'ts', target: 'es2023', tsconfigRaw })).code
  },
}

for (const [name, compile] of Object.entries(compilers)) {
  test(`a decorated class, compiled by ${name}, is made by its tokens without emitted types`, async (t) => {
    const folder = await mkdtemp(join(import.meta.dirname, `${name}-`))
    t.teardown(() => rm(folder, { recursive: true }))
    const file = join(folder, 'application.mjs')
    await writeFile(file, await compile())
    const { greeted, emitted } = (await import(file)) as { greeted: string; emitted: unknown }
    t.is(greeted, 'Hello, it is noon')
    t.is(emitted, undefined)
  })
}
