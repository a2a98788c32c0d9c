/**
 * What the page may load and ask: what comes from here, and the chain, so that a proof is checked without us. No script or
 * style in line, nobody else, no frame around it; HTML is made by the sanitiser alone. Source: CSP Level 3, Trusted Types.
 *
 * @param rpcUrl the public endpoint of the chain, if there is one
 */
export function pagePolicy(rpcUrl: string | undefined): string {
  const directives: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // Wallets bring their icons as data (EIP-6963).
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(rpcUrl === undefined ? [] : [new URL(rpcUrl).origin])],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['dompurify'],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}
