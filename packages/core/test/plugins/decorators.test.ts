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

  @injectable()
  class Heir extends Greeter {
    readonly since = 'yesterday'
  }

  class Between extends Greeter {}

  @injectable()
  class GrandHeir extends Between {
    constructor(...given: [any, any]) {
      super(...given)
    }
  }

  const house = definePlugin({
    name: 'house',
    provides: { clock: Clock, greeting: Greeting },
    setup: () => ({ services: { clock: { now: () => 'noon' }, greeting: 'Hello' } }),
  })
  const log = createLogger({ level: 'silent' })
  const forge = createForge({ plugins: [house()], log })
  export const greeted = [Greeter, Heir, GrandHeir].map((one) => forge.resolve(one).greet())
  export const emitted = Reflect.getMetadata('design:paramtypes', Greeter)
`

type Target = 'ES2021' | 'ES2023'

const compilers: Record<string, (target: Target) => Promise<string>> = {
  async tsc(target) {
    const { ESNext } = ts.ModuleKind
    const compilerOptions = {
      module: ESNext,
      target: ts.ScriptTarget[target],
      experimentalDecorators: true,
    }
    return ts.transpileModule(SOURCE, { compilerOptions }).outputText
  },
  async esbuild(target) {
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
    return (await transform(SOURCE, { loader: 'ts', target, tsconfigRaw })).code
  },
}

for (const [name, compile] of Object.entries(compilers)) {
  // For the older one, compilers write a constructor where a class has fields and none of its own.
  for (const target of ['ES2021', 'ES2023'] as const) {
    test(`decorated classes and their heirs, compiled by ${name} for ${target}, are made by their tokens without emitted types`, async (t) => {
      const folder = await mkdtemp(join(import.meta.dirname, `${name}-`))
      t.teardown(() => rm(folder, { recursive: true }))
      const file = join(folder, 'application.mjs')
      await writeFile(file, await compile(target))
      const { greeted, emitted } = (await import(file)) as { greeted: string[]; emitted: unknown }
      t.deepEqual(greeted, Array(3).fill('Hello, it is noon'))
      t.is(emitted, undefined)
    })
  }
}
