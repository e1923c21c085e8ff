import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SandboxErrors } from '../errors.js'
import type { AnyRecord } from './kinds.js'
import type { Change } from './store.js'

/**
 * Keeps the world in a file, one change a line: `{"put":…}` or `{"remove":"id"}`. What was answered is on
 * disk, and a line that a crash cut off is left out when the file is read again.
 */
export class Journal {
  /** Its absolute path. */
  readonly file: string

  constructor(file: string) {
    this.file = resolve(file)
  }

  /** @throws SANDBOX_FILE_DAMAGED */
  read(): Change[] {
    if (!existsSync(this.file)) return []
    const lines = readFileSync(this.file, 'utf8').split('\n')
    // What follows the last line break is empty, or half a line.
    return lines.slice(0, -1).map((line) => this.#changeOf(line))
  }

  /** Writes the whole world anew, so that the file does not grow for ever. */
  compact(records: Iterable<AnyRecord>): void {
    mkdirSync(dirname(this.file), { recursive: true })
    const aside = `${this.file}.new`
    // It holds the secrets of the webhook endpoints.
    writeFileSync(aside, [...records].map((record) => lineOf([record.id, record])).join(''), {
      mode: 0o600,
    })
    renameSync(aside, this.file)
  }

  append(changes: readonly Change[]): void {
    appendFileSync(this.file, changes.map(lineOf).join(''))
  }

  #changeOf(line: string): Change {
    try {
      const { put, remove } = JSON.parse(line) as { put?: AnyRecord; remove?: string }
      return put ? [put.id, put] : [remove ?? '', undefined]
    } catch (cause) {
      throw SandboxErrors.SANDBOX_FILE_DAMAGED({ file: this.file }, { cause })
    }
  }
}

const lineOf = ([id, record]: Change) =>
  `${JSON.stringify(record ? { put: record } : { remove: id })}\n`
