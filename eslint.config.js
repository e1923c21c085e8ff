import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const containerOnly =
  'Only packages/core/src/plugins/container.ts knows the container; use `inject` of core.'

export default defineConfig(
  globalIgnores(['**/dist', '**/node_modules', '**/.titanforge']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export it by its name.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'tsyringe', message: containerOnly },
            { name: 'reflect-metadata', message: containerOnly },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        {
          ignoreArrowShorthand: true,
          ignoreVoidOperator: true,
          ignoreVoidReturningFunctions: true,
        },
      ],
      // `void` says that a result is dropped on purpose, whatever its type.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // What implements an asynchronous interface is async, so that its throw is a rejection too.
      '@typescript-eslint/require-await': 'off',
      // Contexts are records of functions and are taken apart: `({ tx, publish }) => …`.
      '@typescript-eslint/unbound-method': 'off',
      // Counting the characters of a string is what spreading it is for.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `void | Stop` says what it means: a function that may or may not return something.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `Record<never, never>` stands for "no services" and "no configuration".
      '@typescript-eslint/no-generated-empty-object-type': 'off',
    },
  },
  {
    files: ['packages/*/src/**', 'plugins/*/src/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['packages/core/src/plugins/container.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // What must not compile.
    files: ['{packages,plugins}/*/test/**/*types.test.ts'],
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description' },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        ReadableStream: 'readonly',
        setImmediate: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
      },
    },
  },
)
