import test from 'ava'
import { folderOf, isSource, readWorkspaces, type Files } from './architecture/files.js'
import {
  contracts,
  declaredImports,
  direction,
  environment,
  fileCircles,
  keptIn,
  length,
  MOST_LINES,
  ownFolder,
  packageCircles,
  type Rule,
} from './architecture/rules.js'

const manifest = (name: string, ...dependencies: string[]) =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((d) => [d, '*'])) })

interface Case {
  rule: Rule
  /** Made-up files that break the rule, and what it says of them. */
  broken: Files
  problems: string[]
}

const cases: Record<string, Case> = {
  'imports go from examples to plugins to http and events to database to core': {
    rule: direction,
    broken: {
      'packages/core/package.json': manifest('@t/core'),
      'packages/core/src/a.ts': `export type { Route } from '@t/http'`,
      'packages/http/package.json': manifest('@t/http'),
      'packages/http/src/b.ts': `const db = await import('@t/database')`,
      'packages/database/package.json': manifest('@t/database'),
      'packages/database/src/c.ts': `import '@t/core'`,
      'plugins/shop/package.json': manifest('@t/shop'),
      'plugins/shop/src/d.ts': `let x: import('@t/server').Server`,
      'examples/server/package.json': manifest('@t/server'),
      'examples/server/src/e.ts': `import * as shop from '@t/shop'`,
      'packages/new/package.json': manifest('@t/new'),
      'packages/new/src/f.ts': `import { x } from '@t/core/testing'`,
    },
    problems: [
      'packages/core/src/a.ts: packages/core must not import packages/http',
      'packages/http/src/b.ts: packages/http must not import packages/database',
      'plugins/shop/src/d.ts: plugins/shop must not import examples/server',
      'packages/new/src/f.ts: packages/new must not import packages/core',
    ],
  },
  'no packages import each other in a circle': {
    rule: packageCircles,
    broken: {
      'plugins/a/package.json': manifest('@t/a'),
      'plugins/a/src/a.ts': `import type { B } from '@t/b'`,
      'plugins/b/package.json': manifest('@t/b'),
      'plugins/b/src/b.ts': `import { c } from '@t/c'`,
      'plugins/c/package.json': manifest('@t/c'),
      'plugins/c/src/c.ts': `export * from '@t/a'`,
    },
    problems: ['plugins/a/src/a.ts → plugins/b/src/b.ts → plugins/c/src/c.ts → plugins/a'],
  },
  'no files of a package import each other in a circle': {
    rule: fileCircles,
    broken: {
      'packages/core/src/a.ts': `import { b } from './deep/b.js'`,
      'packages/core/src/deep/b.ts': `export * from '../a.js'`,
      'packages/core/src/c.ts': `import type { D } from './d.js'`,
      'packages/core/src/d.ts': `import { type C } from './c.js'`,
    },
    problems: ['packages/core/src/a.ts → packages/core/src/deep/b.ts → packages/core/src/a.ts'],
  },
  'every imported package is declared by the package that imports it': {
    rule: declaredImports,
    broken: {
      'packages/core/package.json': manifest('@t/core', 'uuid', '@scope/known'),
      'packages/core/src/a.ts': `
        import fs from 'node:fs'
        import { v7 } from 'uuid'
        import type { Deep } from '@scope/known/deep'
        import type { Z } from 'zod'
        export { pino } from 'pino/file'
        void import('@scope/unknown/deep')`,
    },
    problems: ['zod', 'pino', '@scope/unknown'].map(
      (name) =>
        `packages/core/src/a.ts: ${name} is not among the dependencies of packages/core/package.json`,
    ),
  },
  'relative imports stay inside their package': {
    rule: ownFolder,
    broken: {
      'packages/core/src/a.ts': `
        import manifest from '../package.json'
        import { b } from './deep/b.js'
        import { c } from '../../core/src/c.js'
        import { v7 } from 'uuid'`,
      'packages/core/src/deep/b.ts': `import type { Route } from '../../../http/src/route.js'`,
      'packages/core/src/c.ts': `import x = require('../../core-other/src/x.js')`,
      'plugins/shop/src/d.ts': `export * from '../../mail/src/plugin.js'`,
      'plugins/shop/src/e.ts': `import type y = require('../../../packages/core/src/a.js')`,
      'examples/server/src/f.ts': `void import('../../..')`,
      'examples/server/src/g.ts': `let x: import('../../../plugins/shop/src/d.js').D`,
    },
    problems: [
      'packages/core/src/deep/b.ts: ../../../http/src/route.js leaves packages/core',
      'packages/core/src/c.ts: ../../core-other/src/x.js leaves packages/core',
      'plugins/shop/src/d.ts: ../../mail/src/plugin.js leaves plugins/shop',
      'plugins/shop/src/e.ts: ../../../packages/core/src/a.js leaves plugins/shop',
      'examples/server/src/f.ts: ../../.. leaves examples/server',
      'examples/server/src/g.ts: ../../../plugins/shop/src/d.js leaves examples/server',
    ].map((problem) => `${problem}; import by package name`),
  },
  'a plugin imports from another only what that one has in its contract': {
    rule: contracts,
    broken: {
      'plugins/shop/package.json': manifest('@t/shop'),
      'plugins/shop/src/contract.ts': `
        export interface Shop {}
        export const Shop = 1, sold = 2
        export function open() {}
        export { closed, inner as outer } from './closed.js'
        const hidden = 3`,
      'plugins/mail/package.json': manifest('@t/mail'),
      'plugins/mail/src/a.ts': `
        import { Shop, sold as bought, open, closed, outer } from '@t/shop'
        import { shop, type hidden, inner } from '@t/shop'
        import * as all from '@t/shop'`,
    },
    problems: ['shop', 'hidden', 'inner', '*'].map(
      (name) => `plugins/mail/src/a.ts: ${name} is not in plugins/shop/src/contract.ts`,
    ),
  },
  'only the container of core knows tsyringe and reflect-metadata': {
    rule: keptIn('packages/core/src/plugins/container.ts', ['tsyringe', 'reflect-metadata']),
    broken: {
      'packages/core/src/plugins/container.ts': `import 'reflect-metadata'; import { inject } from 'tsyringe'`,
      'packages/core/src/forge.ts': `import 'reflect-metadata'`,
    },
    problems: [
      'packages/core/src/forge.ts: only packages/core/src/plugins/container.ts imports reflect-metadata',
    ],
  },
  'only the events package knows croner': {
    rule: keptIn('packages/events/', ['croner']),
    broken: {
      'packages/events/src/schedule/scheduler.ts': `import { Cron } from 'croner'`,
      'plugins/shop/src/jobs.ts': `import type { Cron } from 'croner'`,
    },
    problems: ['plugins/shop/src/jobs.ts: only packages/events/ imports croner'],
  },
  'libraries do not read the environment': {
    rule: environment,
    broken: {
      'packages/core/src/forge.ts': `const environment = process.env`,
      'packages/core/src/testing/run.ts': `const environment = process.env`,
      'packages/core/src/talk.ts': `// of process.env\nconst pid = process.pid`,
      'plugins/shop/src/config.ts': `const key = process.env.KEY`,
      'plugins/shop/src/other.ts': `const key = process['env']['KEY']`,
    },
    problems: ['config', 'other'].map(
      (name) => `plugins/shop/src/${name}.ts: reads process.env; take configuration instead`,
    ),
  },
  [`no source file has more than ${MOST_LINES} lines`]: {
    rule: length,
    broken: {
      'packages/core/src/long.ts': '\n'.repeat(MOST_LINES) + 'const last = 1\n',
      'packages/core/src/most.ts': '\n'.repeat(MOST_LINES - 1) + 'const last = 1\n',
    },
    problems: ['packages/core/src/long.ts: 221 lines, more than 220; one idea still?'],
  },
}

const workspaces = readWorkspaces()

for (const [title, { rule, broken, problems }] of Object.entries(cases)) {
  test(`the rule "${title}" is one that can be broken`, (t) => {
    t.deepEqual(rule(broken), problems)
  })

  test(title, async (t) => {
    t.deepEqual(rule(await workspaces), [])
  })
}

test('the rules see every workspace', async (t) => {
  const files = Object.keys(await workspaces)
  const folders = new Set(files.filter(isSource).map(folderOf))
  t.deepEqual([...folders].sort(), [...new Set(files.map(folderOf))].sort())
  t.true(folders.size >= 13)
})
