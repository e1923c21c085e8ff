import { EventEmitter } from 'node:events'
import test from 'ava'
import { Container, inject, injectable } from '../../src/plugins/container.js'
import { token } from '../../src/plugins/token.js'

const Greeting = token<string>('Greeting')
const Count = token<number>('Count')

function filled(): Container {
  const container = new Container()
  container.register(Greeting, 'hello')
  container.register(Count, 3)
  return container
}

class Listed {
  static readonly inject = [Greeting, Count] as const
  constructor(
    readonly greeting: string,
    readonly count: number,
  ) {}
}

@injectable()
class Decorated {
  constructor(
    @inject(Greeting) readonly greeting: string,
    @inject(Count) readonly count: number,
  ) {}
}

test('services are found by token, and only present ones are handed out', (t) => {
  const container = filled()
  t.is(container.get(Greeting), 'hello')
  t.deepEqual(container.getAll({ hi: Greeting, gone: token('Gone') }), { hi: 'hello' })
})

test('a class with a static inject list is made from the services of that list, in its order', (t) => {
  t.like(filled().make(Listed), { greeting: 'hello', count: 3 })
})

test('a class in the static inject style without one of its services names the token', (t) => {
  t.throws(() => new Container().make(Listed), { code: 'SERVICE_MISSING', message: /Greeting/ })
})

test('a decorated class is made by its tokens, without any metadata that the compiler emits', (t) => {
  const { getMetadata } = Reflect as unknown as { getMetadata(key: string, of: object): unknown }
  t.is(getMetadata('design:paramtypes', Decorated), undefined)
  t.like(filled().resolve(Decorated), { greeting: 'hello', count: 3 })
})

test('a decorated class without one of its services names the token', (t) => {
  const container = new Container()
  container.register(Greeting, 'hello')
  t.throws(() => container.resolve(Decorated), { code: 'SERVICE_MISSING', message: /Count/ })
})

test('a decorated class is made anew each time', (t) => {
  const container = filled()
  t.not(container.resolve(Decorated), container.resolve(Decorated))
})

test('falsy services are services', (t) => {
  const container = new Container()
  container.register(Count, 0)
  t.true(container.has(Count))
  t.is(container.get(Count), 0)
})

test('two containers share nothing', (t) => {
  filled()
  t.false(new Container().has(Greeting))
})

test('a class with a parameter that is not marked is refused, and not made with nothing in its place', (t) => {
  @injectable()
  class Forgetful {
    constructor(
      @inject(Greeting) readonly greeting: string,
      readonly count: number,
    ) {}
  }
  class Bare {
    constructor(readonly greeting: string) {}
  }
  const expected = (message: RegExp) => ({ code: 'DEFINITION_INVALID', message })
  t.throws(() => filled().resolve(Forgetful), expected(/^Class Forgetful: only 1 of the 2/))
  t.throws(() => filled().resolve(Bare), expected(/^Class Bare: only 0 of the 1/))
})

test('a class that is not marked as its door asks for is refused, with what to do', (t) => {
  class Unmarked {
    constructor(@inject(Greeting) readonly greeting: string) {}
  }
  class Heir extends Decorated {}
  class Plain {
    readonly greeting = 'hello'
  }
  const refused = (message: RegExp) => ({ code: 'DEFINITION_INVALID', message })
  for (const target of [Unmarked, Heir, Plain])
    t.throws(
      () => void filled().resolve(target),
      refused(/^Class \w+: it is not marked with @injectable/),
    )
  t.throws(
    () => void filled().make(Plain as never),
    refused(/^Class Plain: it has no list of tokens/),
  )
})

test('a token that is none, as where modules import each other in a circle, is told by its place', (t) => {
  const none = undefined as never
  const expected = (message: RegExp) => ({ code: 'DEFINITION_INVALID', message })
  class Listed {
    static readonly inject = [Greeting, none] as const
    constructor(
      readonly greeting: string,
      readonly none: unknown,
    ) {}
  }
  t.throws(
    () => filled().make(Listed),
    expected(/^Class Listed: inject\[1\] is undefined and no token\. Where it is imported/),
  )
  class Decorating {
    constructor(readonly greeting: string) {}
  }
  t.throws(
    () => inject(none)(Decorating, undefined, 0),
    expected(/^Class Decorating: @inject\(\) is undefined and no token/),
  )
  for (const ask of [() => filled().get(none), () => filled().has(none)])
    t.throws(ask, expected(/^A service: it is undefined and no token/))
})

test('a class without parameters of its own is given what the class above it takes', (t) => {
  @injectable()
  class Heir extends Decorated {}
  class Between extends Heir {}
  @injectable()
  class GrandHeir extends Between {
    readonly given: number
    constructor(...services: [string, number]) {
      super(...services)
      this.given = services.length
    }
  }
  @injectable()
  class Choosy extends Decorated {
    constructor(@inject(Count) count: number) {
      super('hi', count + 1)
    }
  }
  @injectable()
  class Settled extends Decorated {
    constructor() {
      super('hi', 7)
    }
  }
  t.like(filled().resolve(Heir), { greeting: 'hello', count: 3 })
  t.like(filled().resolve(GrandHeir), { greeting: 'hello', count: 3, given: 2 })
  t.like(filled().resolve(Choosy), { greeting: 'hi', count: 4 })
  t.like(filled().resolve(Settled), { greeting: 'hi', count: 7 })
  t.throws(() => new Container().resolve(GrandHeir), {
    code: 'SERVICE_MISSING',
    message: /provides (Greeting|Count)/,
  })
})

test('a class is not made where a parameter of the class above it is not marked', (t) => {
  @injectable()
  class Forgetful {
    constructor(
      @inject(Greeting) readonly greeting: string,
      readonly count: number,
    ) {}
  }
  @injectable()
  class Passing extends Forgetful {
    readonly given: number
    constructor(...services: [string, number]) {
      super(...services)
      this.given = services.length
    }
  }
  const expected = (message: RegExp) => ({ code: 'DEFINITION_INVALID', message })
  t.throws(
    () => filled().resolve(Passing),
    expected(/^Class Passing: only 1 of the 2 .* Forgetful/),
  )
})

test('what a class of somebody else takes is none of ours', (t) => {
  @injectable()
  class Feed extends EventEmitter {
    constructor() {
      super({ captureRejections: true })
    }
  }
  @injectable()
  class Refusal extends Error {}
  t.true(filled().resolve(Feed) instanceof EventEmitter)
  t.true(filled().resolve(Refusal) instanceof Error)
})

test('each place of a constructor is marked, however many marks there are', (t) => {
  @injectable()
  class Gap {
    constructor(
      readonly first: string,
      @inject(Greeting) readonly second: string = 'hello',
    ) {}
  }
  t.throws(() => filled().resolve(Gap), {
    code: 'DEFINITION_INVALID',
    message: /^Class Gap: only 0 of the 1/,
  })
})
