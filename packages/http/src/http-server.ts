import { token } from '@titanforge/core'

/** The running HTTP server. */
export interface HttpServer {
  /**
   * The address to build links with, without a slash at its end: the configured `publicUrl`, otherwise
   * where the server listens.
   *
   * @throws HTTP_NOT_SERVING where it depends on the port and the server does not listen yet.
   */
  readonly url: string
}
export const HttpServer = token<HttpServer>('HttpServer')
