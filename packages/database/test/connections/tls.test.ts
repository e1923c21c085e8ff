import { chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Client } from 'pg'
import { generate } from 'selfsigned'
import { Database, database } from '../../src/index.js'
import { ownServer } from '../own-server.js'
import { query } from '../embedded/query.js'
import { temporaryFolder } from '../embedded/temporary-folder.js'

const name = (value: string) => [{ name: 'commonName', value }]

/** A PostgreSQL that speaks TLS as `localhost`, with a user who may not do without. */
async function serverWithTls(t: Parameters<typeof ownServer>[0]) {
  const { url, cluster } = await ownServer(t)
  const authority = await generate(name('An authority of ours'), {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  })
  const server = await generate(name('localhost'), {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const folder = await temporaryFolder(t)
  const ca = join(folder, 'ca.crt')
  await writeFile(ca, authority.cert)
  const [cert, key] = [join(cluster.data, 'server.crt'), join(cluster.data, 'server.key')]
  for (const [file, text] of [
    [cert, server.cert],
    [key, server.private],
  ] as const) {
    await writeFile(file, text, { mode: 0o600 })
    if (cluster.user) await chown(file, cluster.user.uid, cluster.user.gid)
  }
  const rules = join(cluster.data, 'pg_hba.conf')
  await writeFile(rules, `hostnossl all careful all reject\n${await readFile(rules, 'utf8')}`)
  await query(url, `CREATE ROLE careful LOGIN PASSWORD 's3cret'`)
  await query(url, 'ALTER SYSTEM SET ssl = on')
  await query(url, 'SELECT pg_reload_conf()')
  const at = (host: string, parameters: string) => {
    const address = new URL(url)
    address.hostname = host
    address.username = 'careful'
    address.password = 's3cret'
    address.search = parameters
    return address.href
  }
  return { at, ca }
}

/** Whether the connections are encrypted: Sequelize's, and those of whoever is given `db.url`. */
async function encryption(url: string): Promise<boolean[]> {
  const forge = createForge({ plugins: [database({ url })], log: captureLog().log })
  await forge.start()
  const db = forge.get(Database)
  const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
  const other = new Client({ connectionString: db.url })
  await other.connect()
  const rows = [
    ...(await db.query<{ ssl: boolean }>(sql)),
    ...(await db.readOnly((tx) => tx.query<{ ssl: boolean }>(sql))),
    ...(await other.query<{ ssl: boolean }>(sql)).rows,
  ]
  await other.end()
  await forge.stop()
  return rows.map(({ ssl }) => ssl)
}

const everywhere = [true, true, true]

test('TLS is what sslmode says, for every connection', async (t) => {
  const { at, ca } = await serverWithTls(t)
  const refused = async (url: string, message: RegExp) => {
    const { log, lines } = captureLog()
    const forge = createForge({ plugins: [database({ url })], log })
    const error = await t.throwsAsync<Error>(forge.start(), { code: 'PLUGIN_FAILED', message })
    t.like(error.cause, { code: 'DATABASE_REFUSED' })
    t.notRegex(JSON.stringify([error, error.cause, error.stack, ...lines]), /s3cret/)
  }

  t.deepEqual(await encryption(at('127.0.0.1', '?sslmode=require')), everywhere)
  t.deepEqual(await encryption(at('127.0.0.1', '?sslmode=prefer')), everywhere)
  await refused(at('127.0.0.1', '?sslmode=disable'), /pg_hba.*no encryption.*sslmode/)

  const withCa = (mode: string) => `?sslmode=${mode}&sslrootcert=${encodeURIComponent(ca)}`
  t.deepEqual(await encryption(at('localhost', withCa('verify-full'))), everywhere)
  t.deepEqual(await encryption(at('127.0.0.1', withCa('verify-ca'))), everywhere)
  await refused(
    at('127.0.0.1', withCa('verify-full')),
    /ERR_TLS_CERT_ALTNAME_INVALID.*127\.0\.0\.1.*DATABASE_URL/,
  )
  await refused(at('localhost', '?sslmode=verify-full'), /SELF_SIGNED|UNABLE_TO/)

  const stranger = await generate(name('Another authority'), { keyType: 'ec', algorithm: 'sha256' })
  await writeFile(ca, stranger.cert)
  for (const mode of ['require', 'verify-ca', 'verify-full'])
    await refused(at('localhost', withCa(mode)), /UNABLE_TO|SELF_SIGNED|certificate/)
})

test('without TLS at the server, prefer does without, and require says so', async (t) => {
  const { url } = await ownServer(t)
  const plain = url.replace(/\?.*/, '')
  t.deepEqual(await encryption(`${plain}?sslmode=prefer`), [false, false, false])
  const forge = createForge({
    plugins: [database({ url: `${plain}?sslmode=require` })],
    log: captureLog().log,
  })
  await t.throwsAsync(forge.start(), { message: /does not support SSL.*sslmode/ })
})
