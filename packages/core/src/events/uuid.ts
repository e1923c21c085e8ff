const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Whether this is a UUID of any version, as it is written: 8, 4, 4, 4 and 12 digits.
 *
 * @example
 * isUuid('0b5e9a6c-5f0e-4c59-8d3d-6a2b7f5c1e11') // true
 */
export const isUuid = (text: string): boolean => UUID.test(text)
