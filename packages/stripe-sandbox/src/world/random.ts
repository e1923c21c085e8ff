import { createHash } from 'node:crypto'

/** Random numbers that are the same for the same seed: the n-th is a digest of the seed and n. */
export function randomBytes(seed: string, n: number): Buffer {
  return createHash('sha512').update(`${seed}:${n}`).digest()
}

/** A number from 0 up to, but not, 1. */
export function randomShare(seed: string, n: number): number {
  return randomBytes(seed, n).readUInt32BE(0) / 2 ** 32
}
