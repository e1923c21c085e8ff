/**
 * Something an application cannot work without, as `GET /readyz` asks for it.
 *
 * @example
 * const disk: HealthCheck = { name: 'disk', check: async () => undefined }
 * definePlugin({ name: 'disk', setup: () => ({ health: [disk] }) })
 */
export interface HealthCheck {
  /** Such as `database`. */
  name: string
  /** Resolves when it is well, throws when it is not. */
  check(): Promise<void>
}
