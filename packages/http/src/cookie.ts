/** How a browser keeps a cookie. It is always HttpOnly, Secure and on the path `/`. */
export interface CookieOptions {
  sameSite: 'strict' | 'lax'
  /** Seconds; 0 takes the cookie away. */
  maxAge: number
}
