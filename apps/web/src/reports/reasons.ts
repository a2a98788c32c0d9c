import type { components } from '@rivulet/sdk'

/** Why something is reported, in words. */
export const REASONS: Record<components['schemas']['Report']['reason'], string> = {
  spam: 'It is spam',
  harassment: 'It harasses somebody',
  hate: 'It is hateful',
  violence: 'It threatens or praises violence',
  sexual: 'It is sexual',
  impersonation: 'It pretends to be somebody else',
  illegal: 'It is against the law',
  other: 'Something else',
}
